// @vitest-environment node
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Connection, openSharedEventSource } from './sharedEventSource'

const { locks } = globalThis.navigator
const WAIT = { timeout: 5_000 }

let streams: ServerResponse[]
let refusals: number
let opened: (() => void)[]
let names = 0

const server = createServer((_request, response) => {
  if (refusals > 0) {
    refusals -= 1
    response.writeHead(401).end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  streams.push(response)
  response.on('close', () => streams.splice(streams.indexOf(response), 1))
})

beforeEach(async () => {
  streams = []
  refusals = 0
  opened = []
  names += 1
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('navigator', { onLine: true, locks })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  for (const close of opened) close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function openTab() {
  const { port } = server.address() as AddressInfo
  const heard: string[] = []
  const connections: Connection[] = []
  let refused = 0
  const close = openSharedEventSource({
    url: `http://127.0.0.1:${port}/`,
    name: `events-${names}`,
    onEvent: (data) => heard.push(data),
    onConnection: (connection) => connections.push(connection),
    onRefused: () => {
      refused += 1
    },
  })
  opened.push(close)
  return { heard, connections, close, refused: () => refused }
}

function send(data: string) {
  for (const stream of streams) stream.write(`data: ${data}\n\n`)
}

test('two tabs read one stream, and both hear each event once', async () => {
  const tabs = [openTab(), openTab()]
  await vi.waitFor(() => expect(streams).toHaveLength(1), WAIT)

  send('one')
  send('two')

  for (const tab of tabs) await vi.waitFor(() => expect(tab.heard).toEqual(['one', 'two']), WAIT)
  expect(streams).toHaveLength(1)
})

test('a tab that joins later learns that the stream is live', async () => {
  const first = openTab()
  await vi.waitFor(() => expect(first.connections).toEqual(['live']), WAIT)

  const second = openTab()

  await vi.waitFor(() => expect(second.connections).toEqual(['live']), WAIT)
})

test('when the leading tab closes, another one reads on', async () => {
  const first = openTab()
  const second = openTab()
  await vi.waitFor(() => expect(second.connections).toContain('live'), WAIT)

  first.close()
  await vi.waitFor(() => expect(streams).toHaveLength(1), WAIT)
  await vi.waitFor(() => {
    send('after')
    expect(second.heard).toContain('after')
  }, WAIT)
  expect(first.heard).toEqual([])
})

test('a refused stream is told to every tab and tried again', async () => {
  refusals = 1
  const tabs = [openTab(), openTab()]

  for (const tab of tabs) {
    await vi.waitFor(() => expect(tab.refused()).toBe(1), WAIT)
    await vi.waitFor(
      () => expect(tab.connections.slice(-2)).toEqual(['reconnecting', 'live']),
      WAIT,
    )
  }
})

test('a stream that broke while the browser has no network is offline', async () => {
  const tab = openTab()
  await vi.waitFor(() => expect(tab.connections).toEqual(['live']), WAIT)

  vi.stubGlobal('navigator', { onLine: false, locks })
  for (const stream of [...streams]) stream.destroy()

  await vi.waitFor(() => expect(tab.connections).toContain('offline'), WAIT)
})

test('where there are no locks, each tab reads for itself and hears each event once', async () => {
  vi.stubGlobal('navigator', { onLine: true })
  const tabs = [openTab(), openTab()]
  await vi.waitFor(() => expect(streams).toHaveLength(2), WAIT)

  send('one')

  for (const tab of tabs) await vi.waitFor(() => expect(tab.heard).toEqual(['one']), WAIT)
})
