import type { ChatState } from './chatState'
import type { Pace } from './pace'
import { reduce, type ShownEvent } from './thread'

/** The state that React reads: set at once by what a person does, in batches by what streams in. */
export class BatchedState {
  readonly #pace: Pace
  readonly #listeners = new Set<() => void>()
  #state: ChatState
  #queue: ShownEvent[] = []
  #scheduled = false

  constructor(initial: ChatState, pace: Pace) {
    this.#state = initial
    this.#pace = pace
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get = (): ChatState => this.#state

  set(change: Partial<ChatState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of [...this.#listeners]) listener()
  }

  /** Forgets events that wait to be shown: they belong to what is no longer open. */
  replace(state: ChatState): void {
    this.#queue = []
    this.set(state)
  }

  enqueue(event: ShownEvent): void {
    this.#queue.push(event)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#pace(() => {
      this.#scheduled = false
      this.flush()
    })
  }

  flush(): void {
    if (this.#queue.length === 0) return
    const events = this.#queue
    this.#queue = []
    this.set(reduce(this.#state, events))
  }
}
