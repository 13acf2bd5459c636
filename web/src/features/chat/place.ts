import { type Cursor, isAfter } from './cursor'
import type { RunEvent } from './protocol'

/** An event on its way in; `previous` is the cursor before it, null where its source cannot tell. */
export type Step = { previous: Cursor | null; cursor: Cursor | null; event: RunEvent }

/** Whether an event is the next one, was there before, or comes with others missing before it. */
export type Verdict = 'next' | 'known' | 'gap'

/** How far this tab has read the open thread, from whichever source. */
export class Place {
  #cursor: Cursor | null = null
  /** The cursor before the run that was last heard to start. */
  #start: Cursor | null = null
  #answering = false

  get cursor(): Cursor | null {
    return this.#cursor
  }

  /** Whether a run is known to be under way. */
  get answering(): boolean {
    return this.#answering
  }

  /** A run began of which no event has come yet. */
  expect(start: Cursor): void {
    this.#start = start
  }

  /** Goes on at a place that the server gave. */
  moveTo(cursor: Cursor | null, answering: boolean): void {
    this.#cursor = cursor
    this.#answering = answering
  }

  judge({ previous, cursor, event }: Step): Verdict {
    if (cursor === null) return 'next' // a server without cursors
    if (!isAfter(cursor, this.#cursor)) return 'known'
    // The answer to a queued message begins in the middle of another run.
    if (previous === null) return event.type === 'run.queued' ? 'gap' : 'next'
    if (this.#cursor !== null && !isAfter(previous, this.#cursor)) return 'next'
    // Between two runs there is nothing that a page would have to show.
    const start = event.type === 'run.started' ? event.start : this.#start
    return !this.#answering && previous === start ? 'next' : 'gap'
  }

  take({ cursor, event }: Step): void {
    this.#cursor = cursor ?? this.#cursor
    if (event.type === 'run.finished') this.#answering = false
    else if (event.type === 'run.started') this.#answering = true
  }
}
