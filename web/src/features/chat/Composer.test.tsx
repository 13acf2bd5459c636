import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { composer, isFollowing, log, showPanel } from '@/testing/chatPanel'
import { answer, created, done, ending, question } from '@/testing/chatWire'

test('Enter sends, and the message is there at once', async () => {
  const { chat, user } = await showPanel()
  await user.type(composer(), 'Buy milk{Enter}')

  expect(log().getByText('Buy milk')).toBeVisible()
  expect(composer()).toHaveValue('')
  expect(composer()).toHaveFocus()
  await waitFor(() => expect(chat.sent('threads.create')).toHaveLength(1))
})

test('Shift+Enter makes a new line, and Enter in a composition ends only that', async () => {
  const { chat, user } = await showPanel()
  await user.type(composer(), 'one{Shift>}{Enter}{/Shift}two')
  expect(composer()).toHaveValue('one\ntwo')

  fireEvent.keyDown(composer(), { key: 'Enter', isComposing: true })
  fireEvent.keyDown(composer(), { key: 'Enter', keyCode: 229 })
  expect(composer()).toHaveValue('one\ntwo')
  expect(chat.sent('threads.create')).toEqual([])
})

test('nothing but space cannot be sent', async () => {
  const { chat, user } = await showPanel()
  await user.type(composer(), '   {Enter}')

  expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
  expect(chat.sent('threads.create')).toEqual([])
})

test('a message that is nearly too long is counted, and one that is cannot be sent', async () => {
  await showPanel()
  fireEvent.change(composer(), { target: { value: '👍'.repeat(9_990) } })
  expect(screen.getByText('10 characters left')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Send' })).toBeEnabled()

  fireEvent.change(composer(), { target: { value: 'x'.repeat(10_001) } })
  expect(screen.getByText('1 character too long')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
})

test('an empty chat suggests what to say, and a suggestion is sent', async () => {
  const { chat, user } = await showPanel()
  await user.click(screen.getByRole('button', { name: 'What is due this week?' }))

  expect(log().getByText('What is due this week?')).toBeVisible()
  expect(composer()).toHaveFocus()
  await waitFor(() => expect(chat.sent('threads.create')).toHaveLength(1))
})

test('the footer says which assistant answers', async () => {
  await showPanel()
  expect(await screen.findByText(/Built-in commands/)).toBeVisible()
})

test('while an answer is written one goes on writing, and Escape stops the answer', async () => {
  const { chat, user } = await showPanel()
  await user.type(composer(), 'Hello{Enter}')
  await isFollowing(chat)
  act(() => chat.emit(created))
  await user.type(composer(), 'and then')
  expect(composer()).toHaveValue('and then')
  expect(screen.getByRole('button', { name: 'Send' })).toBeEnabled()
  await waitFor(() => expect(window.location.search).toBe('?t=thr_1'))
  await user.keyboard('{Escape}')

  await waitFor(() => expect(chat.server.asked.at(-1)?.path).toMatch(/thr_1\/stop\?run_id=/))
  expect(screen.getByRole('button', { name: 'Stop' })).toBeDisabled()
  act(() => {
    chat.emit(done(question('q', 'Hello')), done(answer('a', 'Half an ans')))
    chat.finishRun('stopped', ending())
  })
  expect(await log().findByText('Stopped')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Stop' })).not.toBeInTheDocument()
})

test('a refused message comes back to the composer, with the reason', async () => {
  const { chat, user } = await showPanel()
  chat.refusal = [429, 'daily_limit', 'That was the last message for today.']
  await user.type(composer(), 'Buy milk{Enter}')

  expect(await screen.findByRole('alert')).toHaveTextContent('That was the last message for today.')
  expect(composer()).toHaveValue('Buy milk')
  expect(log().queryByText('Buy milk')).not.toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Dismiss' }))
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('a message that did not get through can be sent again', async () => {
  const { chat, user } = await showPanel()
  chat.refusal = [503, 'starting', 'The server is starting.']
  await user.type(composer(), 'Buy milk{Enter}')
  expect(await log().findByRole('alert')).toHaveTextContent('Not sent. The server is starting.')
  await user.click(log().getByRole('button', { name: 'Retry' }))

  await isFollowing(chat)
  act(() => {
    chat.emit(created, done(question('q', 'Buy milk')), done(answer('a', 'Done.')))
    chat.finishRun()
  })
  expect(await log().findByText('Done.')).toBeVisible()
  expect(log().getAllByText('Buy milk')).toHaveLength(1)
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})
