import { expect, test, vi } from 'vitest'
import { ScriptedChat } from '@/testing/chatServer'
import { idle, openTab, PATIENCE, shown } from '@/testing/chatTab'
import { added, answer, created, delta, done, question } from '@/testing/chatWire'

test('a reload in the middle of an answer goes on exactly where it was', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q0'), answer('a0', 'Old.'), question('q')]
  chat.beginRun()
  chat.emit(done(question('q')), added(answer('a')), delta('a', 'Half'))
  const tab = openTab(chat)
  void tab.open('thr_1')

  await vi.waitFor(() => expect(shown(tab)).toEqual(['q0', 'Old.', 'q', 'Half']))
  expect(tab.getState()).toMatchObject({ running: true, title: 'Groceries' })
  chat.emit(delta('a', ' and half'), done(answer('a', 'Half and half')))
  chat.finishRun()
  await idle(tab)
  expect(shown(tab)).toEqual(['q0', 'Old.', 'q', 'Half and half'])
})

test('opening an idle thread shows its items in order and is not running', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q'), answer('a', 'Yes.')]
  const tab = openTab(chat)
  const opening = tab.open('thr_1')

  expect(tab.getState().phase).toBe('opening')
  await opening
  expect(tab.getState()).toMatchObject({ phase: 'ready', running: false, earlier: null })
  expect(shown(tab)).toEqual(['q', 'Yes.'])
})

test('an answer that ends between the stream and the list is not lost', async () => {
  const chat = await ScriptedChat.start()
  chat.beginRun()
  chat.emit(done(question('q')), added(answer('a')), delta('a', 'Ye'))
  chat.items = [question('q'), answer('a', 'Yes.')]
  chat.emit(done(answer('a', 'Yes.')))
  const tab = openTab(chat)
  const opening = tab.open('thr_1')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.finishRun()
  await opening

  expect(shown(tab)).toEqual(['q', 'Yes.'])
})

test('a tab that missed a run shows what came of it', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q0')]
  const tab = openTab(chat)
  await tab.open('thr_1')
  chat.items.push(question('q'), answer('a', 'Done.'))
  tab.receive({ type: 'run.finished', thread_id: 'thr_1', run_id: 'run_9', status: 'completed' })

  await vi.waitFor(() => expect(shown(tab)).toEqual(['q0', 'q', 'Done.']), PATIENCE)
})

test('news of a run that this tab followed to its end asks nothing again', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  await tab.open('thr_1')
  const sending = tab.send('Hello')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.finishRun()
  await sending
  const asked = chat.server.asked.length
  const news = { thread_id: 'thr_1', run_id: 'run_1' }
  vi.useFakeTimers()
  tab.receive({ type: 'run.started', ...news, start: '0' })
  tab.receive({ type: 'run.finished', ...news, status: 'completed' })
  tab.receive({ type: 'run.finished', thread_id: 'thr_2', run_id: 'run_8', status: 'completed' })
  await vi.advanceTimersByTimeAsync(5_000)
  vi.useRealTimers()

  expect(chat.server.asked).toHaveLength(asked)
})

test('a hidden tab looks again when it is seen', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  await tab.open('thr_1')
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  chat.items.push(question('q'))
  tab.receive({ type: 'resync' })
  expect(shown(tab)).toEqual([])
  hidden.mockRestore()
  tab.wake()

  await vi.waitFor(() => expect(shown(tab)).toEqual(['q']))
})

test('a thread renamed or deleted elsewhere is so here', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  await tab.open('thr_1')
  const thread = { id: 'thr_1', title: 'Food', created_at: '2026-11-20T15:42:35Z' }
  tab.receive({ type: 'thread.updated', thread })
  expect(tab.getState().title).toBe('Food')
  tab.receive({ type: 'thread.deleted', thread_id: 'thr_1' })
  expect(tab.getState()).toMatchObject({ threadId: null, title: null, items: [] })
})

test('earlier messages are loaded past pages that hold nothing to show', async () => {
  const chat = await ScriptedChat.start()
  const hidden = Array.from({ length: 60 }, (_, n) => ({
    id: `h${n}`,
    type: 'hidden_context_item',
  }))
  const newest = Array.from({ length: 50 }, (_, n) => question(`n${n}`))
  chat.items = [question('first'), ...hidden, ...newest]
  const tab = openTab(chat)
  await tab.open('thr_1')
  expect(tab.getState()).toMatchObject({ earlier: 'n0' })
  await tab.loadEarlier()

  expect(shown(tab)).toEqual(['first', ...newest.map(({ id }) => id)])
  expect(tab.getState()).toMatchObject({ earlier: null, loadingEarlier: false })
})

test('earlier messages stay when the newest are read again', async () => {
  const chat = await ScriptedChat.start()
  chat.items = Array.from({ length: 80 }, (_, n) => question(`m${n}`))
  const tab = openTab(chat)
  await tab.open('thr_1')
  await tab.loadEarlier()
  tab.receive({ type: 'resync' })
  await vi.waitFor(() => expect(chat.sent('items.list')).toHaveLength(3))
  await vi.waitFor(() => expect(tab.getState().items).toHaveLength(80))

  expect(shown(tab)).toEqual(chat.items.map(({ id }) => id))
})

test('what another thread still streams does not reach the one that was opened since', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  void tab.send('Hello')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(created, done(question('q', 'Hello')))
  await vi.waitFor(() => expect(shown(tab)).toEqual(['Hello']))
  await tab.open(null)
  chat.emit(done(answer('a', 'Too late')))
  await vi.waitFor(() => expect(chat.followers).toBe(0))

  expect(tab.getState()).toMatchObject({ threadId: null, items: [], running: false })
})

test('a thread that cannot be loaded is unavailable, with the reason', async () => {
  const chat = await ScriptedChat.start()
  chat.server.close()
  const tab = openTab(chat)
  await tab.open('thr_1')

  expect(tab.getState()).toMatchObject({
    phase: 'unavailable',
    problem: { message: 'The server cannot be reached. Are you online?' },
  })
})

test('a log that starts over is read from its new start', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  await tab.open('thr_1')
  void tab.send('Hello')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(...Array.from({ length: 5 }, () => ({ type: 'progress_update', text: '…' })))
  await vi.waitFor(() => expect(tab.getState().progress).toBe('…'))
  chat.restartLog()
  chat.hangUp()
  chat.emit(done(question('q', 'Hello')))
  await vi.waitFor(() => expect(shown(tab)).toEqual(['Hello']))
  chat.finishRun()
  await idle(tab)
})

test('events that a resumed stream gives again are taken once', async () => {
  const chat = await ScriptedChat.start()
  chat.repeats = 2
  const tab = openTab(chat)
  await tab.open('thr_1')
  void tab.send('Hello')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(added(answer('a')), delta('a', 'one '), delta('a', 'two '))
  await vi.waitFor(() => expect(shown(tab)).toEqual(['one two ']))
  chat.hangUp()
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(delta('a', 'three'))

  await vi.waitFor(() => expect(shown(tab)).toEqual(['one two three']))
  chat.finishRun()
  await idle(tab)
})

test('what had arrived with the event that made one leave is left behind', async () => {
  const chat = await ScriptedChat.start()
  const tab = openTab(chat)
  tab.subscribe(() => {
    if (tab.getState().threadId !== null) void tab.open(null)
  })
  void tab.send('Hello')
  await vi.waitFor(() => expect(chat.followers).toBe(1))
  chat.emit(created, done(question('q', 'Hello')), done(answer('a', 'Hi')))
  await vi.waitFor(() => expect(chat.followers).toBe(0))

  expect(tab.getState()).toMatchObject({ threadId: null, items: [], running: false })
})
