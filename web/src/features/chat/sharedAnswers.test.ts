// @vitest-environment node
import { expect, test, vi } from 'vitest'
import { limitConnections, ScriptedBrowser } from '@/testing/chatBrowser'
import { ScriptedChat } from '@/testing/chatServer'
import { idle, PATIENCE, shown } from '@/testing/chatTab'
import { added, answer, delta, done, question, removed } from '@/testing/chatWire'
import type { ChatStore } from './store'

vi.hoisted(() => {
  vi.stubGlobal('window', { location: { origin: 'http://localhost' } })
})

const WORDS = Array.from({ length: 40 }, (_, number) => `word${number} `)

function shows(store: ChatStore, texts: string[]): Promise<void> {
  return vi.waitFor(() => expect(shown(store)).toEqual(texts), PATIENCE)
}

function streams(chat: ScriptedChat): number {
  return chat.server.asked.filter(({ path }) => path.endsWith('/stream')).length
}

/** An answer of which half is told. */
async function begin(chat: ScriptedChat): Promise<void> {
  chat.items = [question('q')]
  chat.beginRun()
  chat.emit(added(answer('a')), ...WORDS.slice(0, 20).map((word) => delta('a', word)))
}

function end(chat: ScriptedChat): void {
  chat.emit(...WORDS.slice(20).map((word) => delta('a', word)))
  chat.emit(done(answer('a', WORDS.join(''))))
  chat.finishRun()
}

test('eight tabs show an answer word by word over one connection', async () => {
  const chat = await ScriptedChat.start()
  const browser = new ScriptedBrowser(chat)
  const tabs = []
  for (let count = 0; count < 8; count++) tabs.push(await browser.tab('thr_1'))
  const asked = streams(chat)
  await begin(chat)

  for (const { store } of tabs) await shows(store, [WORDS.slice(0, 20).join('')])
  expect(chat.feeds).toBe(1)
  expect(chat.followers).toBe(0)
  end(chat)
  for (const { store } of tabs) {
    await idle(store)
    expect(shown(store)).toEqual([WORDS.join('')])
  }
  expect(streams(chat)).toBe(asked)
})

test('eight tabs that all send are all answered over six connections', async () => {
  limitConnections(6)
  const chat = await ScriptedChat.start()
  const browser = new ScriptedBrowser(chat)
  const tabs = []
  for (let count = 0; count < 8; count++) tabs.push(await browser.tab('thr_1'))
  await Promise.all(tabs.map(({ store }, index) => store.send(`message ${index}`)))

  await vi.waitFor(() => expect(chat.waiting).toHaveLength(7), PATIENCE)
  for (const { store } of tabs) {
    await vi.waitFor(() => expect(store.getState().waiting).toHaveLength(7), PATIENCE)
    expect(store.getState().outgoing.filter(({ waits }) => waits)).toEqual([])
  }
  for (let runs = 0; runs < 8; runs++) chat.finishRun()
  for (const { store } of tabs) {
    await idle(store)
    expect(store.getState().waiting).toEqual([])
    expect(shown(store)).toHaveLength(7)
  }
  await vi.waitFor(() => expect(chat.followers).toBe(0), PATIENCE)
})

test('a tab that joins in the middle of an answer reads what it missed and lets go', async () => {
  const chat = await ScriptedChat.start()
  const browser = new ScriptedBrowser(chat)
  const first = await browser.tab('thr_1')
  await begin(chat)
  await shows(first.store, [WORDS.slice(0, 20).join('')])

  const second = await browser.tab('thr_1')
  await shows(second.store, ['q', WORDS.slice(0, 20).join('')])
  await vi.waitFor(() => expect(chat.followers).toBe(0), PATIENCE)
  end(chat)

  await idle(second.store)
  expect(shown(second.store)).toEqual(['q', WORDS.join('')])
})

test('the leading tab is closed in the middle of an answer: nothing is lost or doubled', async () => {
  const chat = await ScriptedChat.start()
  const browser = new ScriptedBrowser(chat)
  const first = await browser.tab('thr_1')
  const others = [await browser.tab('thr_1'), await browser.tab('thr_1')]
  await begin(chat)
  for (const { store } of others) await shows(store, [WORDS.slice(0, 20).join('')])

  first.close()
  chat.emit(...WORDS.slice(20, 30).map((word) => delta('a', word)))

  for (const { store, connection } of others) {
    await shows(store, [WORDS.slice(0, 30).join('')])
    expect(connection()).toBe('live')
  }
  expect(chat.feeds).toBe(1)
})

test('an answer that ended while nobody led is whole', async () => {
  const chat = await ScriptedChat.start()
  const browser = new ScriptedBrowser(chat)
  const { store, connection } = await browser.tab('thr_1')
  await begin(chat)
  await shows(store, [WORDS.slice(0, 20).join('')])

  chat.isFeeding = false
  chat.dropFeeds()
  await vi.waitFor(() => expect(connection()).toBe('reconnecting'), PATIENCE)
  chat.items.push(answer('a', WORDS.join('')))
  end(chat)
  chat.isFeeding = true

  await idle(store)
  await shows(store, ['q', WORDS.join('')])
})

test('while the shared connection is down, the tab reads for itself, and lets go afterwards', async () => {
  const chat = await ScriptedChat.start()
  const browser = new ScriptedBrowser(chat)
  const { store, connection } = await browser.tab('thr_1')
  await begin(chat)
  await shows(store, [WORDS.slice(0, 20).join('')])

  chat.isFeeding = false
  chat.dropFeeds()
  await vi.waitFor(() => expect(chat.followers).toBe(1), PATIENCE)
  chat.emit(delta('a', 'more '))
  await shows(store, [`${WORDS.slice(0, 20).join('')}more `])
  chat.isFeeding = true

  await vi.waitFor(() => expect(connection()).toBe('live'), PATIENCE)
  await vi.waitFor(() => expect(chat.followers).toBe(0), PATIENCE)
  chat.emit(delta('a', 'and more'))
  await shows(store, [`${WORDS.slice(0, 20).join('')}more and more`])
})

test('a gap in what the shared connection brings is read once', async () => {
  const chat = await ScriptedChat.start()
  const { store } = await new ScriptedBrowser(chat).tab('thr_1')
  await begin(chat)
  await shows(store, [WORDS.slice(0, 20).join('')])
  const asked = streams(chat)

  chat.withhold(() => chat.emit(delta('a', 'lost ')))
  chat.emit(delta('a', 'and '), delta('a', 'found'))

  await shows(store, [`${WORDS.slice(0, 20).join('')}lost and found`])
  await vi.waitFor(() => expect(chat.followers).toBe(0), PATIENCE)
  expect(streams(chat)).toBe(asked + 1)
})

test('events that come twice are taken once', async () => {
  const chat = await ScriptedChat.start()
  const { store } = await new ScriptedBrowser(chat).tab('thr_1')
  const place = (previous: string, cursor: string, event: object) =>
    store.receive({ type: 'thread.event', thread_id: 'thr_1', previous, cursor, event })
  store.receive({ type: 'run.started', thread_id: 'thr_1', run_id: 'run_1', start: '16' })
  place('16', '17', added(answer('a')))
  for (const piece of ['1', '9', '10']) {
    const previous = piece === '1' ? '17' : piece === '9' ? '17-1' : '17-9'
    place(previous, `17-${piece}`, delta('a', `${piece} `))
    place(previous, `17-${piece}`, delta('a', `${piece} `))
  }
  place('17-1', '17-9', delta('a', '9 '))
  place('17-10', '18', done(answer('a', '1 9 10')))

  await shows(store, ['1 9 10'])
})

test('what a crash took back disappears and comes again', async () => {
  const chat = await ScriptedChat.start()
  const { store } = await new ScriptedBrowser(chat).tab('thr_1')
  await begin(chat)
  await shows(store, [WORDS.slice(0, 20).join('')])
  chat.emit(removed('a'), { type: 'run.recovered', run_id: 'run_1', attempt: 2 })
  await shows(store, [])
  expect(store.getState()).toMatchObject({ running: true, progress: 'Continuing…', error: null })

  chat.emit(delta('a', 'too late'), added(answer('a')), delta('a', 'Again'))
  await shows(store, ['Again'])
  expect(store.getState().progress).toBeNull()
})

test('a run that began and ended unseen shows what came of it', async () => {
  const chat = await ScriptedChat.start()
  chat.items = [question('q0')]
  const { store } = await new ScriptedBrowser(chat).tab('thr_1')
  chat.items.push(question('q'), answer('a', 'Done.'))
  chat.tell({ type: 'run.finished', thread_id: 'thr_1', run_id: 'run_9', status: 'completed' })

  await shows(store, ['q0', 'q', 'Done.'])
})
