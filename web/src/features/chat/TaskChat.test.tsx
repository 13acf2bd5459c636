import { act, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { composer, isFollowing, log, mountPanel, showPanel } from '@/testing/chatPanel'
import { added, answer, created, done, question } from '@/testing/chatWire'

test('a reload in the middle of an answer shows the same and goes on', async () => {
  const { chat, user, view } = await showPanel()
  await user.type(composer(), 'Hello{Enter}')
  await isFollowing(chat)
  act(() => chat.emit(created, done(question('q', 'Hello')), added(answer('a'))))
  await waitFor(() => expect(window.location.search).toBe('?t=thr_1'))
  view.unmount()
  chat.hangUp()
  mountPanel()
  await log().findByText('Hello')
  act(() => {
    chat.emit(done(answer('a', 'Hi **there**')))
    chat.finishRun()
  })

  expect(await log().findByText('there')).toBeVisible()
  expect(log().getAllByText('Hello')).toHaveLength(1)
  expect(chat.sent('threads.create')).toHaveLength(1)
})

test('a run that another tab began is shown here too', async () => {
  const { chat } = await showPanel([question('q0')])
  chat.beginRun()
  await isFollowing(chat)
  act(() => chat.emit(done(question('q', 'From my phone'))))

  expect(await log().findByText('From my phone')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Stop' })).toBeVisible()
  act(() => chat.finishRun())
})

test('a new chat is empty and ready to be written to', async () => {
  const { user } = await showPanel([question('q', 'Hello')])
  await user.click(screen.getByRole('button', { name: 'New chat' }))

  expect(screen.getByText('What should we get done?')).toBeVisible()
  await waitFor(() => expect(composer()).toHaveFocus())
  expect(window.location.search).toBe('')
})

test('a thread that cannot be loaded says why and offers a way on', async () => {
  const { chat, user, view } = await showPanel([question('q')])
  view.unmount()
  chat.server.close()
  mountPanel()
  expect(await log().findByText('The server cannot be reached. Are you online?')).toBeVisible()
  await user.click(log().getByRole('button', { name: 'New chat' }))

  expect(screen.getByText('What should we get done?')).toBeVisible()
  expect(window.location.search).toBe('')
})
