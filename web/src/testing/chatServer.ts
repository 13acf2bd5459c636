import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Asked = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was sent
  body: any
}

type Handler = (asked: Asked, response: ServerResponse) => unknown

export type ChatServer = {
  origin: string
  /** Every request so far, oldest first. */
  asked: Asked[]
  close: () => void
}

/** A real HTTP server on loopback for one test. */
export async function startServer(handle: Handler): Promise<ChatServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const one = { method, path: url, headers, body: text ? JSON.parse(text) : null }
    asked.push(one)
    await handle(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(close)
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function refuse(response: ServerResponse, status: number, code: string, detail: string) {
  sendJson(response, { code, detail }, status)
}

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
}

/** As it goes over the wire, with the cursor that a client resumes from. */
function frame(id: number, event: object): Buffer {
  return Buffer.from(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`)
}

/** What a thread's stream gives after a cursor; events have the cursors 1, 2, 3 and so on. */
export function framesAfter(events: readonly object[], cursor: number): Buffer {
  return Buffer.concat(events.map((event, index) => frame(index + 1, event)).slice(cursor))
}

type Item = { id: string; type: string }

/** One thread on a real server, whose events the test emits when it wants to. */
export class ScriptedChat {
  readonly threadId = 'thr_1'
  title = 'Groceries'
  conversations = [{ id: 'thr_1', title: 'Groceries', created_at: '2026-11-20T15:42:35Z' }]
  items: Item[] = []
  /** Refuses the next turn, as `[status, code, sentence]`. */
  refusal: [number, string, string] | null = null
  server = {} as ChatServer
  /** How many events a resumed stream gives again. */
  repeats = 0
  #events: object[] = []
  #runStart: number | null = null
  #followers = new Set<(frame: Buffer) => void>()

  static async start(): Promise<ScriptedChat> {
    const chat = new ScriptedChat()
    chat.server = await startServer((asked, response) => chat.#answer(asked, response))
    return chat
  }

  /** The bodies of all requests of a type. */
  sent(type: string): Asked['body'][] {
    return this.server.asked.flatMap(({ body }) => (body?.type === type ? [body] : []))
  }

  beginRun(): void {
    this.#runStart = this.#events.length
  }

  emit(...events: object[]): void {
    for (const event of events) {
      this.#events.push(event)
      for (const send of this.#followers) send(frame(this.#events.length, event))
    }
  }

  finishRun(status = 'completed', runId = 'run_1'): void {
    this.#runStart = null
    this.emit({ type: 'run.finished', run_id: runId, status })
    this.hangUp()
  }

  /** As after a restored backup: the next event has the first cursor again. */
  restartLog(): void {
    this.#events = []
  }

  /** Ends all open streams, whatever they still had to say. */
  hangUp(): void {
    for (const send of this.#followers) send(Buffer.alloc(0))
    this.#followers.clear()
  }

  get followers(): number {
    return this.#followers.size
  }

  #answer(asked: Asked, response: ServerResponse): void {
    const { path, headers, body } = asked
    if (path.endsWith('/stop')) response.writeHead(204).end()
    else if (path.endsWith('/stream')) this.#stream(headers['last-event-id'], response)
    else if (path === '/api/config') sendJson(response, { assistant: ASSISTANT })
    else if (TURNS.includes(body.type)) this.#turn(response)
    else sendJson(response, this.#reply(body))
  }

  #reply({ type, params }: Asked['body']): object {
    switch (type) {
      case 'items.list':
        return this.#page(params)
      case 'threads.get_by_id':
        return { id: params.thread_id, title: this.title }
      case 'threads.list':
        return { data: this.conversations, has_more: false }
      default:
        return {}
    }
  }

  #turn(response: ServerResponse): void {
    if (this.refusal) {
      const [status, code, detail] = this.refusal
      this.refusal = null
      refuse(response, status, code, detail)
      return
    }
    this.beginRun()
    this.#follow(this.#events.length, response)
  }

  #stream(lastEventId: string | string[] | undefined, response: ServerResponse): void {
    const cursor = lastEventId === undefined ? this.#runStart : Number(lastEventId) - this.repeats
    if (cursor === null) response.writeHead(204).end()
    else this.#follow(cursor, response)
  }

  #follow(cursor: number, response: ServerResponse): void {
    beginStream(response)
    response.write(framesAfter(this.#events, cursor))
    const send = (bytes: Buffer) => (bytes.length > 0 ? response.write(bytes) : response.end())
    this.#followers.add(send)
    response.on('close', () => this.#followers.delete(send))
  }

  #page({ limit, after }: { limit: number; after?: string }): object {
    const newestFirst = this.items.toReversed()
    const start = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1
    const page = newestFirst.slice(start, start + limit)
    return {
      // Hidden items count for the page and are left out of it, as in the official server.
      data: page.filter(({ type }) => type !== 'hidden_context_item'),
      has_more: start + limit < newestFirst.length,
      after: page.at(-1)?.id,
    }
  }
}

const ASSISTANT = { kind: 'commands', name: 'Built-in commands' }

const TURNS = [
  'threads.create',
  'threads.add_user_message',
  'threads.retry_after_item',
  'threads.custom_action',
]
