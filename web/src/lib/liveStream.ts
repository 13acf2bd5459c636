import { readEventStream, SILENCE_MS, type StreamedEvent, withinSilence } from './eventStream'
import { backoff, pause } from './pause'

/**
 * What is known of the stream. It is `live` only while the server is heard; `offline` means broken
 * while the browser itself has no network, `signed-out` that the server no longer knows who asks.
 */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'signed-out'

type Listener = {
  onEvent: (event: StreamedEvent) => void
  onConnection: (connection: Connection) => void
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000

/** One stream, kept open: after a break it goes on behind the last event that came. */
export class LiveStream {
  readonly #url: string
  readonly #listener: Listener
  readonly #closed = new AbortController()
  #attempt = new AbortController()
  #waking = new AbortController()
  #cursor: string | null
  #heardAt: number | null = null
  #firstRetryMs = FIRST_RETRY_MS

  /** `cursor` is the last event that is known; null starts with what comes next. */
  constructor(url: string, cursor: string | null, listener: Listener) {
    this.#url = url
    this.#cursor = cursor
    this.#listener = listener
    const options = { signal: this.#closed.signal }
    globalThis.addEventListener?.('online', () => this.check(), options)
    // Without a network of its own a browser may still reach this server: one has to try.
    globalThis.addEventListener?.('offline', () => this.#attempt.abort(), options)
    void this.#keepReading()
  }

  close(): void {
    this.#closed.abort()
    this.#attempt.abort()
  }

  /** Looks whether the stream is still what it seems, as after a sleep in which no timer ran. */
  check(): void {
    if (this.#heardAt === null) this.#waking.abort()
    else if (Date.now() - this.#heardAt > SILENCE_MS) this.#attempt.abort()
  }

  async #keepReading(): Promise<void> {
    const { signal } = this.#closed
    for (let failures = 0; !signal.aborted; failures++) {
      this.#attempt = new AbortController()
      this.#waking = new AbortController()
      const signedOut = await this.#read(this.#attempt.signal).catch(() => false)
      const dropped = this.#attempt.signal.aborted
      this.#attempt.abort()
      if (signal.aborted) return
      if (this.#heardAt !== null) failures = 0
      this.#heardAt = null
      this.#tellBroken(signedOut)
      // What was dropped here, and not by the server, is opened anew at once.
      if (dropped && failures === 0) continue
      const pauses = { firstMs: this.#firstRetryMs, longestMs: LONGEST_RETRY_MS }
      await pause(backoff(failures, pauses), signal, this.#waking.signal)
    }
  }

  /** Up to the end of one connection; true when the server no longer knows who asks. */
  async #read(signal: AbortSignal): Promise<boolean> {
    const headers: HeadersInit = this.#cursor === null ? {} : { 'Last-Event-ID': this.#cursor }
    const asking = fetch(this.#url, { signal, headers, cache: 'no-store' })
    const response = await withinSilence(asking)
    if (!response.ok || response.status === 204) return response.status === 401
    const onHeard = () => {
      this.#heardAt = Date.now()
    }
    onHeard()
    this.#listener.onConnection('live')
    const onRetry = (milliseconds: number) => {
      this.#firstRetryMs = milliseconds
    }
    for await (const event of readEventStream(response, { onHeard, onRetry })) {
      if (signal.aborted) break
      this.#cursor = event.cursor ?? this.#cursor
      this.#listener.onEvent({ ...event, cursor: this.#cursor })
    }
    return false
  }

  #tellBroken(signedOut: boolean): void {
    const unheard = navigator.onLine === false ? 'offline' : 'reconnecting'
    this.#listener.onConnection(signedOut ? 'signed-out' : unheard)
  }
}
