// @vitest-environment node
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from './liveStream'
import { openSharedStream } from './sharedStream'

const { locks } = globalThis.navigator
const WAIT = { timeout: 8_000 }

let streams: ServerResponse[]
let asked: (string | undefined)[]
let refusals: number[]
let opened: (() => void)[]
let names = 0

const server = createServer((request, response) => {
  asked.push(request.headers['last-event-id']?.toString())
  const status = refusals.shift()
  if (status !== undefined) {
    response.writeHead(status).end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  streams.push(response)
  response.on('close', () => streams.splice(streams.indexOf(response), 1))
})

beforeEach(async () => {
  streams = []
  asked = []
  refusals = []
  opened = []
  names += 1
  vi.stubGlobal('navigator', { onLine: true, locks })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  for (const close of opened) close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function openTab(recall: string[] = []) {
  const { port } = server.address() as AddressInfo
  const heard: string[] = []
  const connections: Connection[] = []
  const close = openSharedStream({
    url: `http://127.0.0.1:${port}/`,
    name: `events-${names}`,
    recall: () => recall,
    onEvent: (data) => heard.push(data),
    onConnection: (connection) => connections.push(connection),
  })
  opened.push(close)
  return { heard, connections, close }
}

function send(data: string, id?: string) {
  const head = id === undefined ? '' : `id: ${id}\n`
  for (const stream of streams) stream.write(`${head}data: ${data}\n\n`)
}

function isLive(tab: { connections: Connection[] }) {
  return vi.waitFor(() => expect(tab.connections.at(-1)).toBe('live'), WAIT)
}

test('eight tabs read one stream, and each hears every event once', async () => {
  const tabs = Array.from({ length: 8 }, () => openTab())
  for (const tab of tabs) await isLive(tab)

  send('one')
  send('two')

  for (const tab of tabs) await vi.waitFor(() => expect(tab.heard).toEqual(['one', 'two']), WAIT)
  expect(streams).toHaveLength(1)
})

test('a tab that joins later learns that the stream is live, and what it has to know', async () => {
  const first = openTab(['newest'])
  await isLive(first)

  const second = openTab()

  await isLive(second)
  await vi.waitFor(() => expect(second.heard).toEqual(['newest']), WAIT)
  expect(first.heard).toEqual([])
})

test('when the leading tab closes, another one goes on behind the last event', async () => {
  const first = openTab()
  await isLive(first)
  const second = openTab()
  await isLive(second)
  send('one', '7')
  await vi.waitFor(() => expect(second.heard).toEqual(['one']), WAIT)

  first.close()
  await vi.waitFor(() => expect(asked).toEqual([undefined, '7']), WAIT)
  await isLive(second)
  expect(second.connections).toEqual(['live', 'reconnecting', 'live'])
  send('two', '8')
  await vi.waitFor(() => expect(second.heard).toEqual(['one', 'two']), WAIT)
})

test('a leading tab that was put to sleep loses the lead to one that is awake', async () => {
  const asleep = Promise.withResolvers<void>()
  const ended = vi.fn()
  await new Promise<void>((held) => {
    const holding = () => {
      held()
      return asleep.promise
    }
    locks?.request(`events-${names}`, holding).catch(ended)
  })
  const tab = openTab()

  await isLive(tab)
  expect(ended).toHaveBeenCalledOnce()
  asleep.resolve()
})

test('a leader that was passed over falls back in line and hears what the new one reads', async () => {
  const first = openTab()
  await isLive(first)
  const second = openTab()
  await isLive(second)
  const thief = new AbortController()
  void locks?.request(`events-${names}`, { steal: true }, () => {
    return new Promise<void>((resolve) => thief.signal.addEventListener('abort', () => resolve()))
  })
  await vi.waitFor(() => expect(streams).toHaveLength(0), WAIT)
  thief.abort()

  await vi.waitFor(() => expect(streams).toHaveLength(1), WAIT)
  send('after')
  for (const tab of [first, second]) {
    await vi.waitFor(() => expect(tab.heard).toEqual(['after']), WAIT)
  }
})

test('a session that is over is told to every tab, until the server knows it again', async () => {
  refusals = [401]
  const tabs = [openTab(), openTab()]

  for (const tab of tabs) {
    await vi.waitFor(() => expect(tab.connections.slice(-2)).toEqual(['signed-out', 'live']), WAIT)
  }
})

test('a server that is starting is tried again', async () => {
  refusals = [503]
  const tab = openTab()

  await vi.waitFor(() => expect(tab.connections).toEqual(['reconnecting', 'live']), WAIT)
})

test('a broken stream goes on behind the last event, also after events without a place', async () => {
  const tab = openTab()
  await isLive(tab)
  send('one', '7')
  send('two')
  await vi.waitFor(() => expect(tab.heard).toEqual(['one', 'two']), WAIT)

  for (const stream of [...streams]) stream.destroy()

  await vi.waitFor(() => expect(asked).toEqual([undefined, '7']), WAIT)
  await isLive(tab)
})

test('a stream that falls silent is not live any more, and comments break the silence', async () => {
  const tab = openTab()
  await isLive(tab)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const beat = async () => {
    await vi.advanceTimersByTimeAsync(20_000)
    const [stream] = streams
    await new Promise<void>((resolve) => stream?.write(': keep-alive\n\n', () => resolve()))
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (let beats = 0; beats < 3; beats++) await beat()
  expect(tab.connections).toEqual(['live'])

  await vi.advanceTimersByTimeAsync(40_000)
  vi.useRealTimers()
  expect(tab.connections.slice(0, 2)).toEqual(['live', 'reconnecting'])
})

test('a stream that broke while the browser has no network is offline', async () => {
  const tab = openTab()
  await isLive(tab)

  vi.stubGlobal('navigator', { onLine: false, locks })
  refusals = [503, 503]
  for (const stream of [...streams]) stream.destroy()

  await vi.waitFor(() => expect(tab.connections).toContain('offline'), WAIT)
})

test('where there are no locks, each tab reads for itself and hears each event once', async () => {
  vi.stubGlobal('navigator', { onLine: true })
  const tabs = [openTab(), openTab()]
  await vi.waitFor(() => expect(streams).toHaveLength(2), WAIT)
  for (const tab of tabs) await isLive(tab)

  send('one')

  for (const tab of tabs) await vi.waitFor(() => expect(tab.heard).toEqual(['one']), WAIT)
})
