import { ApiError, errorFrom } from '@/api/client'
import type { components } from '@/api/schema.gen'
import { readEventStream } from '@/lib/eventStream'
import { backoff, pause } from '@/lib/pause'
import type { Cursor } from './cursor'
import type { Exchanges, RunEvent, Turn, TurnEnd, UserMessageItem } from './protocol'
import type { Waiting } from './thread'

type Queue = components['schemas']['Queue']
type Turns = components['schemas']['Turns']

const ENDPOINT = '/api/chatkit'
const PAUSES = { firstMs: 400, longestMs: 10_000 }

/** One event and its cursor in the thread; null when the server sends no ids. */
export type Received = { cursor: Cursor | null; event: RunEvent }

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
    const threadId = 'thread_id' in turn.params ? turn.params.thread_id : null
    yield* this.#read(response, threadId, null, watch)
  }

  /**
   * Connects to a thread's running answer; null when there is nothing to read. The events come from
   * behind the cursor, or without one from the start of the run.
   */
  async follow(
    threadId: string,
    after: Cursor | null,
    watch: Watch,
  ): Promise<AsyncGenerator<Received> | null> {
    const response = await this.#connect(threadId, after, watch.signal)
    return response.status === 204 ? null : this.#read(response, threadId, after, watch)
  }

  /** The messages that wait for the running answer to end. */
  async listWaiting(threadId: string, signal: AbortSignal): Promise<Waiting[]> {
    const response = await this.#send(`${ENDPOINT}/threads/${threadId}/queue`, { signal })
    const { items }: Queue = await response.json()
    return items.map(({ run_id: runId, item }) => ({ runId, item: item as UserMessageItem }))
  }

  /** How the answers of a thread ended, oldest first. */
  async listEnds(threadId: string, signal: AbortSignal): Promise<TurnEnd[]> {
    const response = await this.#send(`${ENDPOINT}/threads/${threadId}/turns`, { signal })
    const { items }: Turns = await response.json()
    return items
  }

  /** Takes a waiting message back; true when it cannot be, because its answer has begun. */
  async withdraw(threadId: string, runId: string): Promise<boolean> {
    const path = `${ENDPOINT}/threads/${threadId}/queue/${runId}`
    try {
      await this.#send(path, { method: 'DELETE' })
      return false
    } catch (error) {
      if (!isRefusal(error) || (error.status !== 409 && error.status !== 404)) throw error
      return error.status === 409
    }
  }

  /** With `runId` only that run is stopped, not one that has begun since. */
  async stop(threadId: string, runId: string | null): Promise<void> {
    const query = runId === null ? '' : `?run_id=${runId}`
    await this.#send(`${ENDPOINT}/threads/${threadId}/stop${query}`, {
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
    knownCursor: Cursor | null,
    { signal, onConnection }: Watch,
  ): AsyncGenerator<Received> {
    let threadId = knownThread
    let after = knownCursor
    let response: Response | null = first
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        if (response === null) {
          if (failures > 1) await pause(backoff(failures, PAUSES), signal)
          response = await this.#connect(threadId ?? '', after, signal)
          onConnection?.(true)
          if (response.status === 204) return
        }
        for await (const received of readEvents(response)) {
          failures = 0
          after = received.cursor ?? after
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

  #connect(threadId: string, after: Cursor | null, signal: AbortSignal): Promise<Response> {
    return this.#send(`${ENDPOINT}/threads/${threadId}/stream`, {
      headers: after === null ? {} : { 'Last-Event-ID': after },
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
  for await (const { cursor, data } of readEventStream(response)) {
    yield { cursor, event: JSON.parse(data) as RunEvent }
  }
}
