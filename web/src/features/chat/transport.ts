import { EventSourceParserStream } from 'eventsource-parser/stream'
import { ApiError, errorFrom } from '@/api/client'
import type { Exchanges, RunEvent, Turn } from './protocol'

const ENDPOINT = '/api/chatkit'
const FIRST_PAUSE_MS = 400
const LONGEST_PAUSE_MS = 10_000
/** A connection this quiet may be dead without knowing it; reading on from the log is harmless. */
const SILENCE_MS = 45_000

/** One event and its cursor in the thread; null when the server sends no ids. */
export type Received = { id: number | null; event: RunEvent }

export type Watch = {
  signal: AbortSignal
  /** Told when an outage begins and when it is over. */
  onConnection?: (connected: boolean) => void
}

export class Transport {
  readonly #origin: string

  constructor(origin = '') {
    this.#origin = origin
  }

  async ask<Type extends keyof Exchanges>(
    type: Type,
    params: Exchanges[Type]['params'],
    signal?: AbortSignal,
  ): Promise<Exchanges[Type]['reply']> {
    const response = await this.#send(ENDPOINT, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type, params }),
      signal: signal ?? null,
    })
    return response.json()
  }

  /**
   * Starts a run and yields its events up to `run.finished`, across broken connections.
   * Throws ApiError when it was refused (status 4xx) or did not get through (0 or 5xx).
   */
  async *run(turn: Turn, idempotencyKey: string, watch: Watch): AsyncGenerator<Received> {
    const response = await this.#send(ENDPOINT, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'X-TaskChat-Detached': '1',
        'Idempotency-Key': idempotencyKey,
      },
      body: JSON.stringify(turn),
      signal: watch.signal,
    })
    yield* this.#read(response, 'thread_id' in turn.params ? turn.params.thread_id : null, watch)
  }

  /**
   * Connects to a thread's running answer; null when it has none. The events come from the very
   * start of the run, so callers drop the cursors they have seen.
   */
  async follow(threadId: string, watch: Watch): Promise<AsyncGenerator<Received> | null> {
    const response = await this.#connect(threadId, null, watch.signal)
    return response.status === 204 ? null : this.#read(response, threadId, watch)
  }

  async stop(threadId: string): Promise<void> {
    await this.#send(`${ENDPOINT}/threads/${threadId}/stop`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
  }

  /**
   * Reads a run from an open response. After a break, or an end without `run.finished`, the rest
   * comes from the run's log: a turn is never posted again.
   */
  async *#read(
    first: Response,
    knownThread: string | null,
    { signal, onConnection }: Watch,
  ): AsyncGenerator<Received> {
    let threadId = knownThread
    let after: number | null = null
    let response: Response | null = first
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        if (response === null) {
          if (failures > 1) await pause(failures, signal)
          response = await this.#connect(threadId ?? '', after, signal)
          onConnection?.(true)
          if (response.status === 204) return
        }
        for await (const received of readEvents(response)) {
          failures = 0
          after = received.id ?? after
          if (received.event.type === 'thread.created') threadId = received.event.thread.id
          yield received
          if (received.event.type === 'run.finished') return
        }
      } catch (error) {
        if (signal.aborted) return
        if (isRefusal(error)) throw error
        // One quick retry is not worth a word; an outage is.
        if (failures > 0) onConnection?.(false)
      }
      if (threadId === null) throw unreachable()
      response = null
    }
  }

  #connect(threadId: string, after: number | null, signal: AbortSignal): Promise<Response> {
    return this.#send(`${ENDPOINT}/threads/${threadId}/stream`, {
      headers: after === null ? {} : { 'Last-Event-ID': String(after) },
      signal,
    })
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.#origin + path, init).catch((error: unknown) => {
      throw init.signal?.aborted ? error : unreachable()
    })
    if (response.ok) return response
    throw errorFrom(response.status, await response.json().catch(() => null))
  }
}

/** The server understood the request and will say the same again. */
export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 400 && error.status < 500
}

function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', 'The server cannot be reached. Are you online?')
}

async function* readEvents(response: Response): AsyncGenerator<Received> {
  if (!response.body) return
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read())
      if (done) return
      const id = value.id ? Number(value.id) : Number.NaN
      yield { id: Number.isFinite(id) ? id : null, event: JSON.parse(value.data) as RunEvent }
    }
  } finally {
    // A reader that leaves early must not keep the connection: browsers allow six per origin.
    reader.cancel().catch(() => undefined)
  }
}

async function withinSilence<Result>(reading: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No event came for too long.')), SILENCE_MS)
  })
  try {
    return await Promise.race([reading, silence])
  } finally {
    clearTimeout(timer)
  }
}

/** Exponential with jitter, so that many tabs do not return at once after a restart. */
function pause(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  const milliseconds = longest * (0.5 + Math.random() / 2)
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      globalThis.removeEventListener?.('online', wake)
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    signal.addEventListener('abort', wake)
    globalThis.addEventListener?.('online', wake)
  })
}
