import { expect, test, vi } from 'vitest'
import { ScriptedChat } from '@/testing/chatServer'
import { idle, openTab, PATIENCE, shown } from '@/testing/chatTab'
import {
  added,
  answer,
  created,
  delta,
  done,
  question,
  removed,
  replaced,
} from '@/testing/chatWire'

test('a message is shown at once, and once when the server has it', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  void tab.send('Buy milk')

  expect(tab.getState()).toMatchObject({
    running: true,
    outgoing: [{ text: 'Buy milk', failure: null }],
  })
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(created, done(question('q', 'Buy milk')))
  await vi.waitFor(() => expect(shown(tab)).toEqual(['Buy milk']))
  expect(tab.getState()).toMatchObject({ threadId: 'thr_1', outgoing: [] })

  chat.emit(added(answer('a')), delta('a', 'Do'), delta('a', 'ne.'))
  await vi.waitFor(() => expect(shown(tab)).toEqual(['Buy milk', 'Done.']))
  chat.finishRun()
  await idle(tab)
})

test('the second message goes to the same thread', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  const first = tab.send('one')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(created)
  chat.finishRun()
  await first
  const second = tab.send('two')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.finishRun()
  await second

  expect(chat.sent('threads.create')).toHaveLength(1)
  expect(chat.sent('threads.add_user_message')).toMatchObject([{ params: { thread_id: 'thr_1' } }])
})

test('messages written quickly in a new chat go to one thread, in order', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  for (const text of ['one', 'two', 'three']) void tab.send(text)
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  expect(chat.sent('threads.add_user_message')).toEqual([])
  chat.emit(created, done(question('q', 'one')))

  await vi.waitFor(() => expect(chat.waiting).toHaveLength(2))
  expect(chat.sent('threads.create')).toHaveLength(1)
  const texts = chat.sent('threads.add_user_message').map(({ params }) => params.input.content[0])
  expect(texts).toMatchObject([{ text: 'two' }, { text: 'three' }])
  for (let runs = 0; runs < 3; runs++) chat.finishRun()
  await vi.waitFor(() => expect(shown(tab)).toEqual(['one', 'two', 'three']), PATIENCE)
  await idle(tab)
})

test('a message that had not left when its thread was left is given back', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  void tab.send('one')
  const second = tab.send('two')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  await tab.open(null)
  chat.emit(created, done(question('q', 'one')))
  await second

  expect(chat.sent('threads.add_user_message')).toEqual([])
  expect(tab.getState()).toMatchObject({
    draft: 'two',
    problem: { message: 'Not sent, because another conversation was opened.' },
  })
})

test('a refused message is given back with the reason, before what was typed since', async () => {
  const chat = await ScriptedChat.start()
  chat.refusal = [429, 'daily_limit', 'That was the last message for today.']
  const tab = openTab(chat)
  await tab.open('thr_1')
  const sending = tab.send('Buy milk')
  tab.setDraft('and bread')
  await sending

  expect(tab.getState()).toMatchObject({
    draft: 'Buy milk\n\nand bread',
    problem: { message: 'That was the last message for today.' },
    outgoing: [],
    running: false,
  })
})

test('a message that did not get through says so, and goes again with the same key', async () => {
  const chat = await ScriptedChat.start()
  chat.refusal = [503, 'starting', 'The server is starting.']
  const tab = openTab(chat)
  await tab.send('Hello')
  const [failed] = tab.getState().outgoing
  expect(failed).toMatchObject({ text: 'Hello', failure: 'The server is starting.' })

  const resending = tab.resend(failed?.key ?? '')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(created, done(question('q', 'Hello')))
  chat.finishRun()
  await resending
  const keys = chat.server.asked.map(({ headers }) => headers['idempotency-key']).filter(Boolean)
  expect(keys).toEqual([failed?.key, failed?.key])
  expect(tab.getState().outgoing).toEqual([])
})

test('a message thought lost that did arrive is not sent again', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  await tab.open('thr_1')
  chat.refusal = [502, 'unknown', 'Bad gateway.']
  await tab.send('Hello')
  chat.items.push(question('q', 'Hello'), answer('a', 'Hi'))
  await tab.resend(tab.getState().outgoing[0]?.key ?? '')

  expect(chat.sent('threads.add_user_message')).toHaveLength(1)
  expect(shown(tab)).toEqual(['Hello', 'Hi'])
  expect(tab.getState().outgoing).toEqual([])
})

test('a failed message can be thrown away', async () => {
  const chat = await ScriptedChat.start()
  chat.refusal = [503, 'starting', 'The server is starting.']
  const tab = openTab(chat)
  await tab.send('Hello')
  tab.discard(tab.getState().outgoing[0]?.key ?? '')
  expect(tab.getState().outgoing).toEqual([])
})

test('stop before the thread has a name stops it as soon as it has one', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  void tab.send('Hello')
  void tab.stop()
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(created)

  await vi.waitFor(() =>
    expect(chat.server.asked.at(-1)?.path).toBe('/api/chatkit/threads/thr_1/stop'),
  )
  expect(tab.getState().stopping).toBe(true)
  chat.finishRun('stopped')
  await idle(tab)
  expect(tab.getState().stopping).toBe(false)
})

test('retry asks for the last question to be answered again', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q'), answer('a', 'No.')]
  const tab = openTab(chat)
  await tab.open('thr_1')
  const retrying = tab.retry()
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(removed('a'), done(answer('b', 'Yes.')))
  chat.finishRun()
  await retrying

  expect(chat.sent('threads.retry_after_item')).toMatchObject([{ params: { item_id: 'q' } }])
  expect(shown(tab)).toEqual(['q', 'Yes.'])
})

test('an edited message is shown at once, and what came after it goes', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q', 'Buy milk'), answer('a', 'No.'), question('q2'), answer('a2')]
  const tab = openTab(chat)
  await tab.open('thr_1')
  const editing = tab.edit('q', 'Buy oat milk')
  expect(tab.getState()).toMatchObject({ running: true, outgoing: [] })
  expect(shown(tab)[0]).toBe('Buy oat milk')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(replaced(question('q', 'Buy oat milk')), removed('a'), removed('q2'), removed('a2'))
  chat.emit(done(answer('b', 'Yes.')))
  chat.finishRun()

  await editing
  expect(tab.getState().unsaved).toBeNull()
  expect(shown(tab)).toEqual(['Buy oat milk', 'Yes.'])
  expect(chat.sent('threads.retry_after_item')).toMatchObject([
    { params: { thread_id: 'thr_1', item_id: 'q' }, metadata: { edited_text: 'Buy oat milk' } },
  ])
  const posted = chat.server.asked.find(({ body }) => body?.type === 'threads.retry_after_item')
  expect(posted?.headers).toMatchObject({
    'x-taskchat-detached': '1',
    'idempotency-key': expect.any(String),
  })
})

test('a refused edit puts the message back and says why', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q', 'Buy milk'), answer('a', 'No.')]
  const tab = openTab(chat)
  await tab.open('thr_1')
  chat.refusal = [409, 'run_active', 'An answer is being written.']

  await tab.edit('q', 'Buy oat milk')
  expect(shown(tab)).toEqual(['Buy milk', 'No.'])
  expect(tab.getState()).toMatchObject({
    running: false,
    unsaved: { itemId: 'q', text: 'Buy oat milk' },
    problem: { message: 'An answer is being written.' },
  })
})

test('nothing is edited while an answer runs, nor what somebody else wrote', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q'), answer('a', 'No.')]
  const tab = openTab(chat)
  await tab.open('thr_1')
  await tab.edit('a', 'Yes.')
  const running = tab.send('More')
  await tab.edit('q', 'Other')
  expect(tab.getState().unsaved).toEqual({ itemId: 'q', text: 'Other' })
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.finishRun()
  await running

  expect(chat.sent('threads.retry_after_item')).toEqual([])
  expect(shown(tab)[0]).toBe('q')
})

test('another tab sees the edit of a message', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q', 'Buy milk'), answer('a', 'No.')]
  chat.beginRun()
  const tab = openTab(chat)
  await tab.open('thr_1')
  chat.emit(replaced(question('q', 'Buy oat milk')), removed('a'))

  await vi.waitFor(() => expect(shown(tab)).toEqual(['Buy oat milk']))
  chat.finishRun()
})

test('a pressed button waits for its answer, and a refused one says why', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  await tab.open('thr_1')
  const action = { type: 'confirmation.approve', payload: { token: 'cnf_1' } }
  const pressing = tab.act('wid', action)
  expect(tab.getState()).toMatchObject({ acting: 'wid', running: true })
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.finishRun()
  await pressing
  expect(tab.getState().acting).toBeNull()
  expect(chat.sent('threads.custom_action')).toMatchObject([{ params: { item_id: 'wid', action } }])

  chat.refusal = [409, 'confirmation_used', 'This card cannot be used any more.']
  await tab.act('wid', action)
  expect(tab.getState()).toMatchObject({
    acting: null,
    running: false,
    problem: { message: 'This card cannot be used any more.' },
  })
})
