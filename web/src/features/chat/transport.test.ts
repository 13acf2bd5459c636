import { expect, test } from 'vitest'
import { ApiError } from '@/api/client'
import { framesAfter } from '@/testing/chatServer'
import { beginStream, type HttpServer, refuse, sendJson, startServer } from '@/testing/httpServer'
import { messageTurn, type RunEvent, textOf } from './protocol'
import { EMPTY_THREAD, reduce } from './thread'
import { type Received, Transport } from './transport'

const BASE = { thread_id: 'thr_1', created_at: '2026-11-20T15:42:35Z' }
const ANSWER = { ...BASE, id: 'msg_a', type: 'assistant_message', content: [] }
const WORDS = ['Grüße ', '✓ ', '👩‍👩‍👧 ', 'line\u2028two\n\n', 'Ende']
const TEXT = WORDS.join('')
const CREATED = { type: 'thread.created', thread: { id: 'thr_1', created_at: BASE.created_at } }
const RUN = [
  CREATED,
  { type: 'thread.item.added', item: ANSWER },
  ...WORDS.map((delta) => ({
    type: 'thread.item.updated',
    item_id: 'msg_a',
    update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta },
  })),
  { type: 'run.finished', run_id: 'run_1', status: 'completed' },
]
const HI = { text: 'hi', model: null, instead: null }
const STREAM = '/api/chatkit/threads/thr_1/stream'
const signal = () => new AbortController().signal

function say(server: HttpServer, threadId: string | null = 'thr_1') {
  return new Transport(server.origin).run(messageTurn(threadId, HI), 'key', {
    signal: signal(),
  })
}

async function collect(stream: AsyncIterable<Received>): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const { event } of stream) events.push(event)
  return events
}

function textAfter(events: RunEvent[]): string {
  const [item] = reduce(EMPTY_THREAD, events).items
  return item?.type === 'assistant_message' ? textOf(item) : ''
}

/** Gives each connection so many bytes and then breaks it; a connection beyond the list gets all. */
function startBreaking(bytesOfConnections: number[]) {
  const left = [...bytesOfConnections]
  return startServer((asked, response) => {
    const frames = framesAfter(RUN, Number(asked.headers['last-event-id'] ?? 0))
    const bytes = left.shift()
    beginStream(response)
    if (bytes === undefined) response.end(frames)
    else response.write(frames.subarray(0, bytes), () => response.destroy())
  })
}

test('a run ends with its last event and asks once', async () => {
  const server = await startBreaking([])
  const stream = new Transport(server.origin).run(messageTurn(null, HI), 'key-1', {
    signal: signal(),
  })

  expect(await collect(stream)).toEqual(RUN)
  expect(server.asked).toHaveLength(1)
  expect(server.asked[0]).toMatchObject({
    method: 'POST',
    path: '/api/chatkit',
    headers: { 'x-taskchat-detached': '1', 'idempotency-key': 'key-1' },
    body: { type: 'threads.create', params: { input: { content: [{ text: 'hi' }] } } },
  })
})

test('cut at any byte, the text is exact and the turn was posted once', async () => {
  const cuts = Array.from(framesAfter(RUN, 0).keys())
  while (cuts.length > 0) await Promise.all(cuts.splice(0, 50).map(checkCut))
}, 60_000)

async function checkCut(cut: number): Promise<void> {
  const server = await startBreaking([cut])
  const stream = say(server)

  expect(textAfter(await collect(stream)), `cut after ${cut} bytes`).toBe(TEXT)
  expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'GET'])
  server.close()
}

test('cut again and again, it goes on from the last whole event', async () => {
  const server = await startBreaking([400, 300, 10, 250])

  expect(await collect(say(server))).toEqual(RUN)
  expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET', 'GET'])
  const cursors = server.asked.slice(1).map(({ headers }) => Number(headers['last-event-id']))
  expect(cursors).toEqual(cursors.toSorted((a, b) => a - b))
}, 20_000)

test('a body that ends in peace but too early is read on', async () => {
  const server = await startServer((asked, response) => {
    beginStream(response)
    const cursor = Number(asked.headers['last-event-id'] ?? 0)
    response.end(framesAfter(asked.method === 'POST' ? RUN.slice(0, 3) : RUN, cursor))
  })

  expect(await collect(say(server))).toEqual(RUN)
})

test('a new chat that breaks before it has a name is reported, not posted again', async () => {
  const server = await startBreaking([5])
  await expect(collect(say(server, null))).rejects.toThrow(ApiError)
  expect(server.asked).toHaveLength(1)
})

test('an outage is told once it lasts, and again when it is over', async () => {
  let connections = 0
  const server = await startServer((asked, response) => {
    connections++
    if (connections === 2 || connections === 3) return response.destroy()
    beginStream(response)
    const frames = framesAfter(RUN, Number(asked.headers['last-event-id'] ?? 0))
    if (connections === 1) response.write(frames.subarray(0, 500), () => response.destroy())
    else response.end(frames)
  })
  const told: boolean[] = []
  const stream = new Transport(server.origin).run(messageTurn('thr_1', HI), 'key', {
    signal: signal(),
    onConnection: (connected) => told.push(connected),
  })

  expect(textAfter(await collect(stream))).toBe(TEXT)
  expect(told).toEqual([false, false, true])
})

test('when nothing is left of a run that broke, the stream just ends', async () => {
  const server = await startServer((asked, response) => {
    if (asked.method === 'GET') return response.writeHead(204).end()
    beginStream(response)
    response.end(framesAfter(RUN.slice(0, 3), 0))
  })

  expect(await collect(say(server))).toEqual(RUN.slice(0, 3))
})

test('a refusal carries the sentence and the word of the server', async () => {
  const server = await startServer((_, response) =>
    refuse(response, 409, 'run_active', 'An answer is being written.'),
  )
  await expect(collect(say(server))).rejects.toMatchObject({
    status: 409,
    code: 'run_active',
    message: 'An answer is being written.',
  })
})

test('a refusal that is no JSON gets a sentence of our own', async () => {
  const server = await startServer((_, response) => response.writeHead(502).end('<html>'))
  const asking = new Transport(server.origin).ask('threads.list', {})

  await expect(asking).rejects.toMatchObject({ status: 502, code: 'unknown' })
})

test('a server that is not there is unreachable', async () => {
  const server = await startServer(() => undefined)
  server.close()
  const asking = new Transport(server.origin).ask('threads.list', {})

  await expect(asking).rejects.toMatchObject({ status: 0, code: 'unreachable' })
})

test('a session that ended during an outage ends the attempts', async () => {
  const server = await startServer((asked, response) => {
    if (asked.method === 'GET') return refuse(response, 401, 'unauthenticated', 'Please sign in.')
    beginStream(response)
    response.end(framesAfter(RUN.slice(0, 2), 0))
  })
  await expect(collect(say(server))).rejects.toMatchObject({ status: 401 })
  expect(server.asked).toHaveLength(2)
})

test('leaving ends the stream without a word and closes the connection', async () => {
  let closed = () => {}
  const connectionClosed = new Promise<void>((resolve) => {
    closed = resolve
  })
  const server = await startServer((_, response) => {
    beginStream(response)
    response.write(framesAfter(RUN.slice(0, 3), 0))
    response.on('close', closed)
  })
  const leaving = new AbortController()
  const stream = new Transport(server.origin).run(messageTurn('thr_1', HI), 'key', {
    signal: leaving.signal,
  })

  const seen: RunEvent[] = []
  for await (const { event } of stream) {
    seen.push(event)
    if (seen.length === 3) leaving.abort()
  }
  await connectionClosed
  expect(seen).toEqual(RUN.slice(0, 3))
  expect(server.asked).toHaveLength(1)
})

test('a thread without a running answer has nothing to follow', async () => {
  const server = await startServer((_, response) => response.writeHead(204).end())

  expect(await new Transport(server.origin).follow('thr_1', null, { signal: signal() })).toBeNull()
  expect(server.asked[0]).toMatchObject({ method: 'GET', path: STREAM })
  expect(server.asked[0]?.headers).not.toHaveProperty('last-event-id')
})

test('a running answer is followed from its start, also across a break', async () => {
  const server = await startBreaking([450])
  const stream = await new Transport(server.origin).follow('thr_1', null, { signal: signal() })

  expect(stream && (await collect(stream))).toEqual(RUN)
})

test('comments that keep a connection alive are no events', async () => {
  const server = await startServer((_, response) => {
    beginStream(response)
    response.end(Buffer.concat([Buffer.from(': keep-alive\n\n'), framesAfter(RUN, 0)]))
  })

  expect(await collect(say(server))).toEqual(RUN)
})

test('requests are sent as the protocol wants them', async () => {
  const server = await startServer((_, response) => sendJson(response, {}))
  const transport = new Transport(server.origin)
  await transport.ask('items.feedback', { thread_id: 't', item_ids: ['i'], kind: 'positive' })
  await transport.stop('thr_1', null)

  expect(server.asked.map(({ method, path, body }) => [method, path, body])).toEqual([
    [
      'POST',
      '/api/chatkit',
      { type: 'items.feedback', params: { thread_id: 't', item_ids: ['i'], kind: 'positive' } },
    ],
    ['POST', '/api/chatkit/threads/thr_1/stop', {}],
  ])
})
