import type { AnswerEvent } from '@/api/liveEvent'
import type { Connection } from '@/lib/liveStream'
import { pause } from '@/lib/pause'
import type { Cursor } from './cursor'

/** The connection that all tabs share, as far as answers go. */
export class Carrier {
  #connection: Connection = 'reconnecting'
  #decided = new AbortController()
  /** How far it has come with each answer since it is up. */
  readonly #carried = new Map<string, Cursor>()

  get isLive(): boolean {
    return this.#connection === 'live'
  }

  get isRefused(): boolean {
    return this.#connection === 'signed-out'
  }

  /** The newest cursor that it brought of a thread; undefined when it brought none. */
  reached(threadId: string): Cursor | undefined {
    return this.#carried.get(threadId)
  }

  note({ thread_id: threadId, cursor }: AnswerEvent): void {
    this.#carried.set(threadId, cursor)
  }

  connect(connection: Connection): void {
    this.#connection = connection
    if (connection === 'connecting') this.#decided = new AbortController()
    else this.#decided.abort()
    if (connection !== 'live') this.#carried.clear()
  }

  /** Waits until it is known to be up or broken, but not for long. */
  async decide(longestMs: number, signal: AbortSignal): Promise<void> {
    if (this.#connection !== 'connecting') return
    await pause(longestMs, this.#decided.signal, signal)
  }
}
