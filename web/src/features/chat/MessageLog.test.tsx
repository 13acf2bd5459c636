import { act, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { expect, test } from 'vitest'
import { composer, isFollowing, log, showPanel } from '@/testing/chatPanel'
import { answer, card, done, question, replaced, toolCalls } from '@/testing/chatWire'

const CONFIRMATION = card('wid', {
  type: 'Card',
  children: [{ type: 'Title', value: 'Delete 12 tasks?' }],
  confirm: { label: 'Delete 12 tasks', action: { type: 'confirmation.approve', payload: {} } },
  cancel: { label: 'Cancel', action: { type: 'confirmation.decline', payload: {} } },
})

test('a tool call is one line that opens to its arguments and its result', async () => {
  const record = {
    status: 'ok',
    arguments: { title: 'Milk', tags: ['home', 'shop'] },
    result: { number: 3, title: 'Milk', due: null },
    ms: 14,
  }
  const { user } = await showPanel([
    question('q'),
    toolCalls('wf', { name: 'create_task', record }),
  ])
  const row = log().getByRole('button', { name: /Created #3 Milk/ })
  expect(row).toHaveTextContent('14 ms')
  expect(within(row).getByRole('img', { name: 'Done' })).toBeVisible()
  await user.click(row)

  expect(await log().findByText('home, shop')).toBeVisible()
  expect(log().getByText('create_task')).toBeVisible()
  expect(log().getByText('Result')).toBeVisible()
})

test('a call that was under way when the run ended is shown as stopped', async () => {
  const record = { status: 'running', arguments: {} }
  await showPanel([question('q'), toolCalls('wf', { name: 'list_tasks', record })])

  expect(log().getByRole('img', { name: 'Stopped' })).toBeVisible()
})

test('a confirmation is answered once, and then says what happened', async () => {
  const { chat, user } = await showPanel([question('q'), CONFIRMATION])
  await user.click(screen.getByRole('button', { name: 'Delete 12 tasks' }))
  expect(screen.getByRole('log')).toHaveFocus()
  expect(screen.getByRole('button', { name: 'Delete 12 tasks' })).toBeDisabled()
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeDisabled()
  await isFollowing(chat)
  const decided = card('wid', {
    type: 'Card',
    children: [{ type: 'Title', value: 'Deleted 12 tasks.' }],
  })
  act(() => {
    chat.emit(replaced(decided))
    chat.finishRun()
  })

  expect(await log().findByText('Deleted 12 tasks.')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Cancel' })).not.toBeInTheDocument()
  expect(chat.sent('threads.custom_action')).toMatchObject([
    { params: { item_id: 'wid', action: { type: 'confirmation.approve', payload: {} } } },
  ])
})

test('a widget that we cannot render shows the text that came with it', async () => {
  await showPanel([card('wid', { type: 'ListView', children: [] }, 'Three **tasks**')])
  expect(log().getByText('tasks')).toBeVisible()
})

test('an error says what went wrong, and Retry asks again', async () => {
  const { chat, user } = await showPanel([question('q', 'Hello')])
  await user.type(composer(), 'Again{Enter}')
  await isFollowing(chat)
  act(() => {
    chat.emit(done(question('q2', 'Again')), {
      type: 'error',
      code: 'custom',
      message: 'The model is overloaded.',
      allow_retry: true,
    })
    chat.finishRun('failed')
  })
  const alert = await log().findByRole('alert')
  expect(alert).toHaveTextContent('The model is overloaded.')
  await user.click(within(alert).getByRole('button', { name: 'Try again' }))

  await isFollowing(chat)
  expect(chat.sent('threads.retry_after_item')).toMatchObject([{ params: { item_id: 'q2' } }])
  expect(log().queryByRole('alert')).not.toBeInTheDocument()
  act(() => chat.finishRun())
})

test('the last answer can be copied, judged and asked for again; earlier ones not again', async () => {
  const { chat, user } = await showPanel([
    question('q1'),
    answer('a1', 'First'),
    question('q2'),
    answer('a2', 'Second'),
  ])
  await user.click(log().getAllByRole('button', { name: 'Copy' })[1] as HTMLElement)
  expect(await navigator.clipboard.readText()).toBe('Second')
  const [, good] = log().getAllByRole('button', { name: 'Good answer' })
  await user.click(good as HTMLElement)
  expect(good).toHaveAttribute('aria-pressed', 'true')
  await waitFor(() =>
    expect(chat.sent('items.feedback')).toMatchObject([
      { params: { item_ids: ['a2'], kind: 'positive' } },
    ]),
  )
  await user.click(log().getByRole('button', { name: 'Answer again' }))
  await waitFor(() =>
    expect(chat.sent('threads.retry_after_item')).toMatchObject([{ params: { item_id: 'q2' } }]),
  )
})

test('a screen reader hears a finished answer once, and no letters before', async () => {
  const { chat } = await showPanel([question('q0')])
  chat.beginRun()
  await waitFor(() => expect(screen.getByText('TaskChat is answering.')).toBeInTheDocument())
  await isFollowing(chat)
  act(() => {
    chat.emit(done(question('q')), done(answer('a', '**Two** tasks.')))
    chat.finishRun()
  })

  expect(await screen.findByText('TaskChat: Two tasks.')).toHaveAttribute('role', 'status')
  expect(screen.getByRole('log')).toHaveAttribute('aria-live', 'off')
})

test('a conversation with everything in it has no faults that axe can find', async () => {
  const ok = { status: 'ok', arguments: { title: 'Milk' }, result: { number: 3, title: 'Milk' } }
  const { user, view } = await showPanel([
    question('q'),
    toolCalls('wf', { name: 'create_task', record: ok }),
    answer('a', '| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n```\ncode\n```'),
    CONFIRMATION,
  ])
  await user.click(log().getByRole('button', { name: /Created/ }))
  const { violations } = await axe.run(view.container, {
    rules: { 'color-contrast': { enabled: false } }, // jsdom has no layout to see colours in
  })

  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
})
