import { act, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { expect, test } from 'vitest'
import { composer, isFollowing, log, showPanel } from '@/testing/chatPanel'
import {
  added,
  answer,
  card,
  delta,
  done,
  end,
  ending,
  question,
  removed,
  TWO_ASSISTANTS,
  toolCalls,
} from '@/testing/chatWire'

const TALK = [question('q', 'Hello'), answer('a', 'I have added it.')]
const OVERLOADED = {
  kind: 'overloaded',
  message: 'Gemini is overloaded.',
  remedies: ['retry', 'commands'],
}
const CHANGED = toolCalls('wf', {
  name: 'create_task',
  record: { status: 'ok', result: { id: 'tsk_1', number: 1, title: 'Milk' }, change_set: 'run_1' },
})
const ASKING = card('wid', {
  type: 'Card',
  children: [{ type: 'Title', value: 'Delete 12 tasks?' }],
  confirm: { label: 'Delete 12 tasks', action: { type: 'confirmation.approve', payload: {} } },
})

test('an answer that changed nothing says so, whatever its words are', async () => {
  await showPanel(TALK, { ends: [end('q', 'completed')] })
  expect(log().getByText('Nothing was changed')).toBeVisible()
})

test('an answer that changed something says how much, with the way back in the same line', async () => {
  const items = [question('q'), CHANGED, answer('a', 'Done.')]
  await showPanel(items, { ends: [end('q', 'completed', { changes: 1 })] })

  const undo = await log().findByRole('button', { name: 'Undo 1 change' })
  expect(log().queryByText('Nothing was changed')).not.toBeInTheDocument()
  expect(undo.closest('li')).toHaveTextContent('Done.')
})

test('an answer with a card that asks waits, and after the click it does not', async () => {
  const { chat, user } = await showPanel([question('q'), answer('a', 'Sure?'), ASKING], {
    ends: [end('q', 'completed')],
  })
  expect(log().getByText('Waits for your answer')).toBeVisible()
  await user.click(log().getByRole('button', { name: 'Delete 12 tasks' }))
  expect(log().getByText('Waits for your answer')).toBeVisible()
  await isFollowing(chat)
  const title = { type: 'Title', value: 'Deleted 12 tasks.' }
  const decided = card('wid', { type: 'Card', key: 'run_2', children: [title] })
  act(() => {
    chat.emit({ type: 'thread.item.replaced', item: decided })
    chat.finishRun()
  })

  expect(await log().findByRole('button', { name: 'Undo 12 changes' })).toBeVisible()
  expect(log().queryByText('Waits for your answer')).not.toBeInTheDocument()
})

test('nothing is said below an answer while it is made, and the line comes with its end', async () => {
  const { chat } = await showPanel([question('q')])
  chat.beginRun()
  await isFollowing(chat)
  act(() => chat.emit(added(answer('a')), delta('a', 'Half')))
  await log().findByText('Half')
  expect(log().queryByText('Nothing was changed')).not.toBeInTheDocument()
  act(() => {
    chat.emit(done(answer('a', 'Half and half.')))
    chat.finishRun('completed', ending())
  })

  expect(await log().findByText('Nothing was changed')).toBeVisible()
})

test('what an answer took is behind a small button', async () => {
  const usage = { calls: 1, prompt: 900, cached: 0, output: 100, thinking: 0, cost: null }
  const { user } = await showPanel(TALK, {
    ends: [end('q', 'completed', { usage: { ...usage, is_estimated: true } })],
  })
  await user.click(log().getByRole('button', { name: 'What this answer took' }))

  expect(await screen.findByText('1,000 tokens, price unknown; estimated')).toBeVisible()
})

test('who answered is said where it was not the default', async () => {
  await showPanel(TALK, { ends: [end('q', 'completed')], config: TWO_ASSISTANTS })
  expect(await log().findByText('Built-in commands')).toBeVisible()
})

test('the default is named only where others answered too', async () => {
  const items = [...TALK, question('q2'), answer('a2', 'Hi')]
  const flash = end('q', 'completed', { model: 'flash' })
  const { chat } = await showPanel(items, { ends: [flash], config: TWO_ASSISTANTS })
  await waitFor(() => expect(screen.getByRole('combobox')).toHaveTextContent('gemini-flash'))
  expect(log().queryByText('gemini-flash')).not.toBeInTheDocument()
  chat.beginRun()
  await isFollowing(chat)
  act(() => {
    chat.emit(done(question('q3')), done(answer('a3', 'Done.')))
    chat.finishRun('completed', ending())
  })

  expect(await log().findByText('gemini-flash')).toBeVisible()
  expect(log().getByText('Built-in commands')).toBeVisible()
})

test('a stopped answer is marked after a reload too, until its question is tried again', async () => {
  const { chat, user } = await showPanel(TALK, { ends: [end('q', 'stopped')] })
  expect(log().getByText('Stopped')).toBeVisible()
  await user.click(log().getByRole('button', { name: 'Answer again' }))
  expect(log().queryByText('Stopped')).not.toBeInTheDocument()
  await isFollowing(chat)
  act(() => {
    chat.emit(removed('a'), done(answer('b', 'Hi there.')))
    chat.finishRun('completed', ending())
  })

  expect(await log().findByText('Nothing was changed')).toBeVisible()
  expect(log().queryByText('Stopped')).not.toBeInTheDocument()
})

test('half an answer is marked as cut off, with what went wrong and what may help', async () => {
  const { view } = await showPanel(TALK, {
    ends: [end('q', 'failed', { model: 'flash', error: OVERLOADED })],
    config: TWO_ASSISTANTS,
  })

  expect(log().getByText('Cut off here')).toBeVisible()
  expect(log().getByRole('alert')).toHaveTextContent('Gemini is overloaded.')
  expect(await log().findByRole('button', { name: 'Use built-in commands' })).toBeVisible()
  const { violations } = await axe.run(view.container, {
    rules: { 'color-contrast': { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
})

test('an earlier answer that failed still says why, without buttons', async () => {
  await showPanel([...TALK, question('q2'), answer('a2', 'Here I am.')], {
    ends: [end('q', 'failed', { error: OVERLOADED }), end('q2', 'completed')],
  })

  expect(log().getByText('Gemini is overloaded.')).toBeVisible()
  expect(log().queryByRole('alert')).not.toBeInTheDocument()
  expect(log().queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument()
})

test('the built-in commands are asked to answer this once', async () => {
  const { chat, user } = await showPanel([question('q', 'add milk')], {
    ends: [end('q', 'failed', { model: 'flash', error: OVERLOADED })],
    config: TWO_ASSISTANTS,
  })
  await user.click(await log().findByRole('button', { name: 'Use built-in commands' }))
  await waitFor(() => expect(chat.sent('threads.retry_after_item')).toHaveLength(1))

  expect(chat.sent('threads.retry_after_item')).toMatchObject([
    { params: { item_id: 'q' }, metadata: { model: 'commands' } },
  ])
})

test('they are not offered where it was them who failed', async () => {
  await showPanel([question('q', 'add milk')], {
    ends: [end('q', 'failed', { error: OVERLOADED })],
    config: TWO_ASSISTANTS,
  })
  await waitFor(() => expect(screen.getByRole('combobox')).toBeVisible())
  const alert = within(log().getByRole('alert'))
  expect(alert.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['Try again'])
})

test('an answer that was too long is continued with one click', async () => {
  const error = { kind: 'too_long', message: 'The answer got too long.', remedies: ['continue'] }
  const { chat, user } = await showPanel(TALK, { ends: [end('q', 'failed', { error })] })
  await user.click(log().getByRole('button', { name: 'Continue' }))

  await waitFor(() => expect(chat.sent('threads.add_user_message')).toHaveLength(1))
  const [sent] = chat.sent('threads.add_user_message')
  expect(sent.params.input.content).toMatchObject([{ text: 'Continue.' }])
  expect(composer()).toHaveValue('')
})

test('a call that failed cannot be missed, and a call that worked shows its receipt', async () => {
  const fields = { priority: ['medium', 'high'] }
  const change = { entity: 'task', id: 'tsk_3', number: 3, title: 'Milk', version: 2, fields }
  const receipt = { change_set: 'run_1', count: 1, changes: [change] }
  const worked = { status: 'ok', result: { number: 3, title: 'Milk' }, receipt }
  const failed = { status: 'failed', result: { error: { detail: 'There is no task #9.' } } }
  const { user } = await showPanel([
    question('q'),
    toolCalls(
      'wf',
      { name: 'update_task', record: worked },
      { name: 'complete_task', record: failed },
    ),
    answer('a', 'All done!'),
  ])
  const row = log().getByRole('button', { name: /Could not complete/ })
  expect(row).toHaveTextContent('There is no task #9.')
  await user.click(log().getByRole('button', { name: /Updated #3 Milk/ }))

  expect(await log().findByText('version 2')).toBeVisible()
  expect(log().getByText('Priority:').parentElement).toHaveTextContent('Medium → High')
  expect(log().getByText('run_1')).toBeVisible()
})
