import { act, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { expect, test } from 'vitest'
import { composer, isFollowing, log, mountPanel, showPanel } from '@/testing/chatPanel'
import { added, answer, delta, done, question } from '@/testing/chatWire'

/** A thread in which an answer is being written. */
async function showAnswering() {
  const panel = await showPanel([question('q', 'Hello')])
  panel.chat.beginRun()
  await isFollowing(panel.chat)
  act(() => panel.chat.emit(added(answer('a')), delta('a', 'Half an answer')))
  await log().findByText('Half an answer')
  return panel
}

function waiting() {
  return within(screen.getByRole('list', { name: 'Waiting messages' }))
}

test('messages sent during an answer wait below it in order, and then have their turn', async () => {
  const { chat, user } = await showAnswering()
  await user.type(composer(), 'Buy milk{Enter}')
  await user.type(composer(), 'Buy bread{Enter}')

  await screen.findByRole('button', { name: 'Withdraw: Buy bread' })
  const items = waiting().getAllByRole('listitem')
  expect(items.map((item) => item.querySelector('p')?.textContent)).toEqual([
    'Buy milk',
    'Buy bread',
  ])
  expect(waiting().getAllByText('Waiting for its turn')).toHaveLength(2)
  act(() => chat.finishRun())

  await waitFor(() => expect(waiting().getAllByRole('listitem')).toHaveLength(1))
  expect(log().getAllByText('Buy milk')).toHaveLength(1)
  expect(screen.queryByRole('button', { name: 'Withdraw: Buy milk' })).not.toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'Stop' })).toBeEnabled()
})

test('a message that waits can be withdrawn', async () => {
  const { chat, user } = await showAnswering()
  await user.type(composer(), 'Buy milk{Enter}')
  await user.click(await screen.findByRole('button', { name: 'Withdraw: Buy milk' }))

  await waitFor(() => expect(log().queryByText('Buy milk')).not.toBeInTheDocument())
  expect(chat.waiting).toEqual([])
  expect(screen.getByRole('log')).toHaveFocus()
})

test('a message that can no longer be withdrawn is simply on its way', async () => {
  const { chat, user } = await showAnswering()
  await user.type(composer(), 'Buy milk{Enter}')
  const withdraw = await screen.findByRole('button', { name: 'Withdraw: Buy milk' })
  chat.refusal = [409, 'already_started', 'Its answer has begun.']
  await user.click(withdraw)
  act(() => chat.finishRun())

  await waitFor(() =>
    expect(screen.queryByRole('list', { name: 'Waiting messages' })).not.toBeInTheDocument(),
  )
  expect(log().getByText('Buy milk')).toBeVisible()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('one message too many comes back to the composer, with the reason', async () => {
  const { chat, user } = await showAnswering()
  chat.refusal = [429, 'queue_full', 'Ten messages wait already.']
  await user.type(composer(), 'Buy milk{Enter}')

  expect(await screen.findByRole('alert')).toHaveTextContent('Ten messages wait already.')
  expect(composer()).toHaveValue('Buy milk')
  expect(screen.getByRole('button', { name: 'Stop' })).toBeEnabled()
  expect(screen.queryByRole('list', { name: 'Waiting messages' })).not.toBeInTheDocument()
})

test('what waits is there again after a reload, and has no faults that axe can find', async () => {
  const { user, view } = await showAnswering()
  await user.type(composer(), 'Buy milk{Enter}')
  await screen.findByRole('button', { name: 'Withdraw: Buy milk' })
  view.unmount()
  const { container } = mountPanel()

  expect(await screen.findByRole('button', { name: 'Withdraw: Buy milk' })).toBeVisible()
  expect(await log().findByText('Half an answer')).toBeVisible()
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false } }, // jsdom has no layout to see colours in
  })
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
})

test('an answer that was interrupted keeps its text and can be tried again', async () => {
  const { chat, user } = await showAnswering()
  act(() => chat.finishRun('interrupted'))
  const alert = await log().findByRole('alert')
  expect(alert).toHaveTextContent('The answer was interrupted.')
  expect(log().getByText('Half an answer')).toBeVisible()
  await user.click(within(alert).getByRole('button', { name: 'Try again' }))

  await waitFor(() =>
    expect(chat.sent('threads.retry_after_item')).toMatchObject([{ params: { item_id: 'q' } }]),
  )
  act(() => chat.emit(done(answer('b', 'Whole.'))))
  expect(await log().findByText('Whole.')).toBeVisible()
})

test('after a reload, a question that nobody answered can be tried again', async () => {
  const { chat, user } = await showPanel([question('q', 'Hello')])
  await user.click(await screen.findByRole('button', { name: 'Try again' }))

  await waitFor(() =>
    expect(chat.sent('threads.retry_after_item')).toMatchObject([{ params: { item_id: 'q' } }]),
  )
})
