import { act, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { composer, isFollowing, log, mountPanel, showPanel } from '@/testing/chatPanel'
import { answer, created, done, end, ending, question, TWO_ASSISTANTS } from '@/testing/chatWire'

beforeEach(() => localStorage.clear())

const LIMIT = { resets_at: '2026-11-22T00:00:00+01:00', offers: ['commands'] }

function picker() {
  return screen.findByRole('combobox', { name: 'Who answers' })
}

async function choose(user: Awaited<ReturnType<typeof showPanel>>['user'], name: RegExp) {
  await user.click(await picker())
  await user.click(await screen.findByRole('option', { name }))
}

test('a message names who was chosen, and the next conversation begins with them', async () => {
  const { chat, user, view } = await showPanel(undefined, { config: TWO_ASSISTANTS })
  expect(await picker()).toHaveTextContent('gemini-flash')
  await choose(user, /Built-in commands.*Nothing leaves this server/)
  await user.type(composer(), 'add milk{Enter}')
  await waitFor(() => expect(chat.sent('threads.create')).toHaveLength(1))
  expect(chat.sent('threads.create')).toMatchObject([
    { params: { input: { inference_options: { model: 'commands' } } } },
  ])
  view.unmount()
  window.history.replaceState(null, '', '/chat')
  mountPanel()

  expect(await picker()).toHaveTextContent('Built-in commands')
})

test('with the keyboard alone somebody else is chosen', async () => {
  const { user } = await showPanel(undefined, { config: TWO_ASSISTANTS })
  const trigger = await picker()
  act(() => trigger.focus())
  await user.keyboard('{Enter}')
  await screen.findByRole('option', { name: /Built-in/ })
  await user.keyboard('{ArrowDown}{Enter}')

  await waitFor(async () => expect(await picker()).toHaveTextContent('Built-in commands'))
})

test('a conversation goes on with whom its last message asked', async () => {
  const asked = { ...question('q', 'Hello'), inference_options: { model: 'commands' } }
  await showPanel([asked, answer('a', 'Hi')], { config: TWO_ASSISTANTS })
  expect(await picker()).toHaveTextContent('Built-in commands')
})

test('where there is nobody else, nothing is chosen and nothing named', async () => {
  const { chat, user } = await showPanel()
  await screen.findByText('Built-in commands, nothing leaves this server')
  await user.type(composer(), 'Hello{Enter}')
  await waitFor(() => expect(chat.sent('threads.create')).toHaveLength(1))

  expect(chat.sent('threads.create')[0].params.input.inference_options).toEqual({})
  expect(screen.queryByRole('combobox')).not.toBeInTheDocument()
})

test('what the day’s budget refuses goes to the built-in commands, this once', async () => {
  const { chat, user } = await showPanel([question('q'), answer('a', 'Hi')], {
    config: TWO_ASSISTANTS,
  })
  await picker()
  chat.refusal = [429, 'daily_tokens', 'Today’s tokens are used up.', LIMIT]
  await user.type(composer(), 'add milk{Enter}')
  const alert = await screen.findByRole('alert')
  expect(alert).toHaveTextContent('Today’s tokens are used up.')
  // Half past noon the next day is what midnight in Berlin is in the zone of the tests.
  expect(alert).toHaveTextContent('Sun 12:00')
  await user.click(screen.getByRole('button', { name: 'Send to built-in commands instead' }))

  await isFollowing(chat)
  const asked = chat
    .sent('threads.add_user_message')
    .map(({ params, metadata }) => [params.input.inference_options.model, metadata])
  expect(asked).toEqual([
    ['flash', undefined],
    ['flash', { model: 'commands' }],
  ])
  expect(composer()).toHaveValue('')
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  const sent = { ...question('q2', 'add milk'), inference_options: { model: 'flash' } }
  act(() => {
    chat.emit(created, done(sent), done(answer('b', 'Created.')))
    chat.finishRun('completed', ending({ changes: 1 }))
  })
  await screen.findByText('Created.')
  expect(await picker()).toHaveTextContent('gemini-flash')
})

test('the first message of a conversation goes to the built-in commands this once, too', async () => {
  const { chat, user, view } = await showPanel(undefined, { config: TWO_ASSISTANTS })
  await picker()
  chat.refusal = [429, 'daily_tokens', 'Today’s tokens are used up.', LIMIT]
  await user.type(composer(), 'add milk{Enter}')
  await user.click(await screen.findByRole('button', { name: /^Send to built-in commands/ }))
  await isFollowing(chat)

  const [, sent] = chat.sent('threads.create')
  const { model } = sent.params.input.inference_options
  expect([model, sent.metadata]).toEqual(['flash', { model: 'commands' }])
  const kept = { ...question('q', 'add milk'), inference_options: { model } }
  chat.items = [kept, answer('a', 'OK.')]
  view.unmount()
  window.history.replaceState(null, '', '/chat?t=thr_1')
  mountPanel()
  await log().findByText('OK.')
  expect(await picker()).toHaveTextContent('gemini-flash')
})

test.each(['Answer again', 'Try again'])('“%s” asks who was chosen since', async (name) => {
  const asked = { ...question('q', 'Hello'), inference_options: { model: 'commands' } }
  const { chat, user } = await showPanel([asked, answer('a', 'Hm?')], {
    ends: [end('q', name === 'Try again' ? 'failed' : 'completed')],
    config: TWO_ASSISTANTS,
  })
  await choose(user, /gemini-flash/)
  await user.click(log().getByRole('button', { name }))
  await waitFor(() => expect(chat.sent('threads.retry_after_item')).toHaveLength(1))

  expect(chat.sent('threads.retry_after_item')).toMatchObject([
    { params: { item_id: 'q' }, metadata: { model: 'flash' } },
  ])
})

test('an answer asked for again names nobody where nobody else was chosen', async () => {
  const asked = { ...question('q', 'Hello'), inference_options: { model: 'commands' } }
  const { chat, user } = await showPanel([asked, answer('a', 'Hm?')], {
    config: TWO_ASSISTANTS,
  })
  await choose(user, /gemini-flash/)
  await choose(user, /Built-in commands/)
  await user.click(log().getByRole('button', { name: 'Answer again' }))
  await waitFor(() => expect(chat.sent('threads.retry_after_item')).toHaveLength(1))

  expect(chat.sent('threads.retry_after_item')[0]).not.toHaveProperty('metadata')
})
