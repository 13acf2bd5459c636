import type { Cursor } from './cursor'

/** A stream that a tab reads for itself, on a connection that the browser has few of. */
export class Body {
  readonly #leaving = new AbortController()
  /** The earliest place from which it goes on without a gap; null before its first event. */
  #first: Cursor | null
  /** What it was opened for is done: from here on it is only one way to hear of the answer. */
  spare: boolean

  constructor({ after, spare }: { after: Cursor | null; spare: boolean }) {
    this.#first = after
    this.spare = spare
  }

  get first(): Cursor | null {
    return this.#first
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  note(cursor: Cursor | null): void {
    this.#first ??= cursor
  }

  close(): void {
    this.#leaving.abort()
  }
}
