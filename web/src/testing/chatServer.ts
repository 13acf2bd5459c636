import type { ServerResponse } from 'node:http'
import { ELSEWHERE, question } from './chatWire'
import {
  type Asked,
  beginStream,
  type HttpServer,
  refuse,
  sendJson,
  startServer,
} from './httpServer'

/** As it goes over the wire, with the cursor that a client resumes from. */
function frame(id: number, event: object): Buffer {
  return Buffer.from(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`)
}

/** What a thread's stream gives after a cursor; events have the cursors 1, 2, 3 and so on. */
export function framesAfter(events: readonly object[], cursor: number): Buffer {
  return Buffer.concat(events.map((event, index) => frame(index + 1, event)).slice(cursor))
}

type Item = { id: string; type: string }
type End = { item_id: string; status: string } & Record<string, unknown>
type Waiting = { run_id: string; item: Item }
type Send = (frame: Buffer) => void

/** One thread on a real server, whose events the test emits when it wants to. */
export class ScriptedChat {
  readonly threadId = 'thr_1'
  title = 'Groceries'
  conversations = [{ id: 'thr_1', title: 'Groceries', created_at: '2026-11-20T15:42:35Z' }]
  items: Item[] = []
  waiting: Waiting[] = []
  /** How the answers that were not given here ended. */
  ends: End[] = []
  /** Refuses the next turn or withdrawal, as `[status, code, sentence]` and what else is told. */
  refusal: [number, string, string, object?] | null = null
  /** What is asked besides the chat, by path. */
  readonly elsewhere: Record<string, object> = { ...ELSEWHERE }
  /** Whether `/api/events` tells anything; false refuses it. */
  isFeeding = true
  server = {} as HttpServer
  /** How many events a resumed stream gives again. */
  repeats = 0
  #events: object[] = []
  #told: object[] = []
  #runs = 0
  #run: { id: string; start: number } | null = null
  #followers = new Set<Send>()
  #feeds = new Set<Send>()

  static async start(): Promise<ScriptedChat> {
    const chat = new ScriptedChat()
    chat.server = await startServer((asked, response) => chat.#answer(asked, response))
    return chat
  }

  /** The bodies of all requests of a type. */
  sent(type: string): Asked['body'][] {
    return this.server.asked.flatMap(({ body }) => (body?.type === type ? [body] : []))
  }

  get isRunning(): boolean {
    return this.#run !== null
  }

  /** Streams of the one thread that are open. */
  get followers(): number {
    return this.#followers.size
  }

  /** Streams of everything that are open. */
  get feeds(): number {
    return this.#feeds.size
  }

  beginRun(runId = `run_${++this.#runs}`): void {
    const start = this.#events.length
    this.#run = { id: runId, start }
    const started = { run_id: runId, thread_id: this.threadId, start: String(start) }
    this.tell({ type: 'run.started', ...started })
    this.emit({ type: 'run.started', ...started })
  }

  /** On the thread, and to whoever hears of everything. */
  emit(...events: object[]): void {
    for (const event of events) {
      this.#events.push(event)
      const cursor = this.#events.length
      for (const send of this.#followers) send(frame(cursor, event))
      if (this.#run) for (const send of this.#feeds) send(this.#carried(cursor))
    }
  }

  /** What is emitted meanwhile, those who hear of everything do not get. */
  withhold(emit: () => void): void {
    const feeds = this.#feeds
    this.#feeds = new Set()
    emit()
    this.#feeds = feeds
  }

  /** To whoever hears of everything. */
  tell(event: object): void {
    this.#told.push(event)
    for (const send of this.#feeds) send(frame(this.#told.length, event))
  }

  /** Ends the run and begins the next one that waits; `end` is what an answer has and a click has not. */
  finishRun(status = 'completed', end: object = {}): void {
    const ended = { run_id: this.#run?.id, thread_id: this.threadId, status, ...end }
    this.emit({ type: 'run.finished', ...ended })
    this.#run = null
    this.hangUp()
    this.tell({ type: 'run.finished', ...ended })
    const next = this.waiting.shift()
    if (!next) return
    this.beginRun(next.run_id)
    this.items.push(next.item)
    this.emit({ type: 'thread.item.done', item: next.item })
  }

  /** As after a restored backup: the next event has the first cursor again. */
  restartLog(): void {
    this.#events = []
    if (this.#run) this.#run.start = 0
  }

  /** Ends all streams of the thread, whatever they still had to say. */
  hangUp(): void {
    for (const send of this.#followers) send(Buffer.alloc(0))
    this.#followers.clear()
  }

  /** Ends the streams of everything. */
  dropFeeds(): void {
    for (const send of this.#feeds) send(Buffer.alloc(0))
    this.#feeds.clear()
  }

  #answer(asked: Asked, response: ServerResponse): void {
    const { path, headers, body, method } = asked
    if (path.startsWith('/api/events')) this.#feed(headers['last-event-id'], response)
    else if (method === 'DELETE') this.#withdraw(path.split('/').at(-1) ?? '', response)
    else if (path.endsWith('/queue')) sendJson(response, { items: this.waiting })
    else if (path.endsWith('/turns')) sendJson(response, { items: this.ends })
    else if (path.endsWith('/stop')) response.writeHead(204).end()
    else if (path.endsWith('/stream')) this.#stream(headers['last-event-id'], response)
    else if (path in this.elsewhere) sendJson(response, this.elsewhere[path])
    else if (TURNS.includes(body.type)) this.#turn(body, response)
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

  #refuses(response: ServerResponse): boolean {
    if (!this.refusal) return false
    const refusal = this.refusal
    this.refusal = null
    refuse(response, ...refusal)
    return true
  }

  #turn({ params }: Asked['body'], response: ServerResponse): void {
    if (this.#refuses(response)) return
    const start = this.#events.length
    if (this.#run) this.#enqueue(params.input.content[0].text)
    else this.beginRun()
    this.#follow(start, response)
  }

  #enqueue(text: string): void {
    const runId = `run_${++this.#runs}`
    const item = question(`msg_${runId}`, text)
    this.waiting.push({ run_id: runId, item })
    this.emit({ type: 'run.queued', run_id: runId, thread_id: this.threadId, item })
  }

  #withdraw(runId: string, response: ServerResponse): void {
    if (this.#refuses(response)) return
    this.waiting = this.waiting.filter((one) => one.run_id !== runId)
    this.emit({ type: 'run.withdrawn', run_id: runId, thread_id: this.threadId })
    response.writeHead(204).end()
  }

  #stream(lastEventId: string | string[] | undefined, response: ServerResponse): void {
    const after = lastEventId === undefined ? null : Number(lastEventId) - this.repeats
    const cursor = after ?? this.#run?.start ?? null
    const head = this.#events.length
    if (cursor !== null && cursor > head) {
      beginStream(response)
      response.end(frame(head, { type: 'resync' }))
    } else if (cursor === null || (!this.#run && cursor === head)) response.writeHead(204).end()
    else this.#follow(cursor, response)
  }

  #follow(cursor: number, response: ServerResponse): void {
    beginStream(response)
    response.write(framesAfter(this.#events, cursor))
    // Nothing runs, so there is no more to come.
    if (this.#run) hold(this.#followers, response)
    else response.end()
  }

  #feed(lastEventId: string | string[] | undefined, response: ServerResponse): void {
    if (!this.isFeeding) return void refuse(response, 503, 'starting', 'The server is starting.')
    beginStream(response)
    if (lastEventId === undefined) response.write(frame(this.#told.length, { type: 'ready' }))
    else response.write(framesAfter(this.#told, Number(lastEventId)))
    const start = this.#run?.start ?? this.#events.length
    for (let cursor = start + 1; cursor <= this.#events.length; cursor++) {
      response.write(this.#carried(cursor))
    }
    hold(this.#feeds, response)
  }

  /** The event at that place as the feed of everything tells it. */
  #carried(cursor: number): Buffer {
    const place = { previous: String(cursor - 1), cursor: String(cursor) }
    const event = this.#events[cursor - 1]
    const told = { type: 'thread.event', thread_id: this.threadId, ...place, event }
    return Buffer.from(`data: ${JSON.stringify(told)}\n\n`)
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

/** Keeps a stream open among others; an empty frame ends it. */
function hold(streams: Set<Send>, response: ServerResponse): void {
  const send = (bytes: Buffer) => (bytes.length > 0 ? response.write(bytes) : response.end())
  streams.add(send)
  response.on('close', () => streams.delete(send))
}

const TURNS = [
  'threads.create',
  'threads.add_user_message',
  'threads.retry_after_item',
  'threads.custom_action',
]
