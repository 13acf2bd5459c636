import type { AnswerEvent } from '@/api/liveEvent'
import { pause } from '@/lib/pause'
import { Body } from './body'
import type { Carrier } from './carrier'
import { type Cursor, isAfter } from './cursor'
import { Place, type Step, type Verdict } from './place'
import type { RunEvent, Turn, UserMessageItem } from './protocol'
import type { ShownEvent } from './thread'
import { isRefusal, type Received, type Transport, type Watch } from './transport'

/** What the shared connection does not bring within this time is asked for. */
const GRACE_MS = 1_000
/** How long a tab holds a connection of its own while the shared one still has to get through. */
const TURN_MS = 5_000

type Listener = {
  /** Called with each event once, in order. */
  onEvent: (event: ShownEvent) => void
  onConnection: (connected: boolean) => void
  onRefused: (error: unknown) => void
  /** Whether an answer runs or waits to. */
  isUnfinished: () => boolean
  /** What is shown can no longer be brought up to date by events. */
  onLost: () => void
}

/**
 * The events of one open thread. They come over the connection that all tabs share; what that does
 * not bring, because it is down or was not yet up, is read in a body of the tab's own.
 */
export class Feed {
  readonly #transport: Transport
  readonly #carrier: Carrier
  readonly #listener: Listener
  readonly #closed = new AbortController()
  readonly #place = new Place()
  readonly #endedRuns = new Set<string>()
  /** The keys of messages that the server has and the stream has not brought yet, by item. */
  readonly #accepted = new Map<string, string>()
  #threadId: string | null
  #body: Body | null = null
  /** Whether events are passed over, because what they build on is not there yet. */
  #starting: boolean

  constructor(threadId: string | null, transport: Transport, carrier: Carrier, listener: Listener) {
    this.#threadId = threadId
    this.#starting = threadId !== null
    this.#transport = transport
    this.#carrier = carrier
    this.#listener = listener
  }

  /** Aborted when the thread is left: what is under way for it then ends unseen. */
  get signal(): AbortSignal {
    return this.#closed.signal
  }

  get answering(): boolean {
    return this.#place.answering
  }

  /** Whether the tab reads for itself, and so will come to know whatever is new. */
  get isReading(): boolean {
    return this.#body !== null
  }

  close(): void {
    this.#closed.abort()
    if (this.#body?.spare) this.#body.close()
  }

  /** Begins anew: `show` puts in place what was stored, told whether an answer runs beyond it. */
  async start<Stored>(
    threadId: string,
    load: () => Promise<Stored>,
    show: (stored: Stored, running: boolean) => void,
  ): Promise<void> {
    const body = this.#open(new Body({ after: null, spare: true }))
    const reached = this.#carrier.reached(threadId)
    const wasStarting = this.#starting
    this.#starting = true
    try {
      // First the stream, then the lists: an answer that ends in between is then in the list.
      const stream = await this.#transport.follow(threadId, null, this.#watch(body))
      const stored = await load()
      if (this.signal.aborted) return
      this.#place.moveTo(null, stream !== null)
      show(stored, stream !== null)
      this.#starting = false
      if (stream) void this.#readOn(stream, body)
      else {
        this.#release(body)
        if (!this.#carrier.isLive) void this.fallBack()
      }
    } catch (error) {
      this.#release(body)
      this.#starting = wasStarting
      throw error
    }
    // Events that came over the shared connection meanwhile were passed over.
    if (this.#carrier.reached(threadId) !== reached) void this.#pursue()
  }

  /**
   * Sends a turn and reads until its answer is over or comes over the shared connection. Throws
   * what `Transport.run` throws. The turn is sent even when the thread is left meanwhile.
   */
  async send(turn: Turn, key: string, onAccepted: () => void): Promise<void> {
    const body = new Body({ after: null, spare: false })
    this.#body ??= body
    const stream = this.#transport.run(turn, key, this.#watch(body))
    await this.#read(stream, body, (event, verdict) => {
      const item = messageOf(event)
      if (body.spare || ('input' in turn.params && item === null)) return
      body.spare = true
      onAccepted()
      if (item === null) return
      if (verdict === 'gap') this.#accepted.set(item.id, key)
      else this.#listener.onEvent({ type: 'message.accepted', key })
    })
  }

  /** Takes what the shared connection brought of any thread. */
  receive({ thread_id: threadId, previous, cursor, event }: AnswerEvent): void {
    if (threadId !== this.#threadId || this.#starting) return
    const verdict = this.#take({ previous, cursor, event: event as RunEvent })
    if (this.#body?.spare && this.#isCarried(this.#body)) this.#body.close()
    else if (verdict === 'gap') void this.#pursue()
  }

  /** The person's feed told of a run; unless its events are here soon, something was missed. */
  async expect(runId: string, start: Cursor | null): Promise<void> {
    if (start !== null) this.#place.expect(start)
    await pause(GRACE_MS, this.signal)
    const isHere = this.#endedRuns.has(runId) || (start !== null && this.#place.answering)
    if (!this.signal.aborted && !this.#body && !isHere) this.#listener.onLost()
  }

  /** While the shared connection is down, the tab reads the answer for itself. */
  async fallBack(): Promise<void> {
    // Most outages are over before; and not all pages should come at one moment.
    await pause(GRACE_MS * (1 + Math.random()), this.signal)
    const { isLive, isRefused } = this.#carrier
    if (!isLive && !isRefused && this.#listener.isUnfinished()) await this.#pursue()
  }

  /** Reads what is missing, until the shared connection brings what follows. */
  async #pursue(): Promise<void> {
    if (this.#threadId === null || this.#starting || this.#body || this.signal.aborted) return
    // The few connections of a browser belong to the tabs in view.
    if (globalThis.document?.hidden) return this.#listener.onLost()
    const { cursor } = this.#place
    const body = this.#open(new Body({ after: cursor, spare: true }))
    try {
      const stream = await this.#transport.follow(this.#threadId, cursor, this.#watch(body))
      if (stream) return await this.#readOn(stream, body)
      this.#release(body)
      this.#listener.onLost()
    } catch (error) {
      this.#release(body)
      if (isRefusal(error)) return this.#listener.onRefused(error)
      this.#listener.onConnection(false)
      await this.fallBack()
    }
  }

  async #readOn(stream: AsyncIterable<Received>, body: Body): Promise<void> {
    await this.#read(stream, body).catch((error: unknown) => {
      if (!this.signal.aborted) this.#listener.onRefused(error)
    })
  }

  async #read(
    stream: AsyncIterable<Received>,
    body: Body,
    onTaken: (event: RunEvent, verdict: Verdict) => void = () => {},
  ): Promise<void> {
    const turn = setInterval(() => body.spare && !this.#carrier.isLive && body.close(), TURN_MS)
    let previous = body.first
    let verdict: Verdict = 'known'
    let last: RunEvent['type'] | null = null
    let left = false
    try {
      for await (const { cursor, event } of stream) {
        last = event.type
        if (last === 'resync') break
        const begins = !body.spare && event.type === 'run.started'
        const before = previous ?? (begins ? event.start : null)
        if (!this.signal.aborted) verdict = this.#take({ previous: before, cursor, event })
        body.note(cursor)
        previous = cursor
        onTaken(event, verdict)
        left = body.spare && (verdict === 'gap' || !this.#needs(body))
        if (left) break
      }
      left ||= body.signal.aborted
    } finally {
      clearInterval(turn)
      this.#release(body)
    }
    if (!this.signal.aborted) this.#afterBody(left, last)
  }

  #needs(body: Body): boolean {
    return this.#body === body && !this.signal.aborted && !this.#isCarried(body)
  }

  /** Sees to it that somebody reads on where a body ended; `left` before its own end. */
  #afterBody(left: boolean, last: RunEvent['type'] | null): void {
    const reached = this.#threadId === null ? undefined : this.#carrier.reached(this.#threadId)
    if (last === 'resync') this.#listener.onLost()
    else if (reached !== undefined && isAfter(reached, this.#place.cursor)) void this.#pursue()
    else if (!this.#carrier.isLive) void this.fallBack()
    // The log no longer had the end of the run; the list has what came of it.
    else if (!left && last !== 'run.finished' && this.#place.answering) this.#listener.onLost()
  }

  #take(step: Step): Verdict {
    const verdict = this.#place.judge(step)
    if (verdict !== 'next') return verdict
    this.#place.take(step)
    const { event } = step
    if (event.type === 'thread.created') this.#threadId = event.thread.id
    if (event.type === 'run.finished') this.#endedRuns.add(event.run_id)
    this.#listener.onEvent(event)
    const item = messageOf(event)
    const key = item ? this.#accepted.get(item.id) : undefined
    if (key !== undefined) this.#listener.onEvent({ type: 'message.accepted', key })
    return verdict
  }

  /** Whether the shared connection has come as far as the body and will bring the rest. */
  #isCarried(body: Body): boolean {
    const reached = this.#threadId === null ? undefined : this.#carrier.reached(this.#threadId)
    if (reached === undefined || body.first === null) return false
    const { cursor } = this.#place
    return !isAfter(body.first, reached) && cursor !== null && !isAfter(reached, cursor)
  }

  #open(body: Body): Body {
    this.#body = body
    return body
  }

  #release(body: Body): void {
    body.close()
    if (this.#body === body) this.#body = null
  }

  #watch(body: Body): Watch {
    return {
      signal: body.signal,
      onConnection: (connected) => {
        if (!this.signal.aborted) this.#listener.onConnection(connected)
      },
    }
  }
}

/** The person's message, where an event brings one. */
function messageOf(event: RunEvent): UserMessageItem | null {
  if (event.type === 'run.queued') return event.item
  const isMessage = event.type === 'thread.item.done' && event.item.type === 'user_message'
  return isMessage ? (event.item as UserMessageItem) : null
}
