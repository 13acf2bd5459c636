import type { LiveEvent } from '@/api/liveEvent'
import type { BatchedState } from './batchedState'
import { NEW_CHAT, showEarlier, showNewest } from './chatState'
import type { Page, ThreadItem, Turn } from './protocol'
import type { Received, Transport, Watch } from './transport'

const PAGE_SIZE = 50

/** Keeps the state of the open thread the same as the server's, whoever changes it there. */
export class ThreadReader {
  readonly #transport: Transport
  readonly #state: BatchedState
  /** Aborted when another thread is opened: what was under way for this one ends unseen. */
  #scope = new AbortController()
  /** The newest event taken, so that replays of a run add nothing twice. */
  #cursor = 0
  #following = false
  #stale = false
  #finishedRun: string | null = null

  constructor(transport: Transport, state: BatchedState) {
    this.#transport = transport
    this.#state = state
  }

  get signal(): AbortSignal {
    return this.#scope.signal
  }

  /** Opens a thread, or a new chat. */
  async open(threadId: string | null): Promise<void> {
    this.#scope.abort()
    this.#scope = new AbortController()
    this.#cursor = 0
    this.#following = false
    this.#stale = false
    const { draft, visit } = this.#state.get()
    const phase = threadId === null ? 'ready' : 'opening'
    this.#state.replace({ ...NEW_CHAT, draft, threadId, phase, visit: visit + 1 })
    await this.catchUp()
  }

  /** Runs a turn to its end. Throws what `Transport.run` throws, unless another thread was opened. */
  async run(turn: Turn, key: string): Promise<void> {
    const { signal } = this.#scope
    this.#following = true
    this.#state.set({ running: true, error: null, problem: null })
    try {
      await this.#consume(this.#transport.run(turn, key, this.#watch()))
      const { running, threadId } = this.#state.get()
      // The log no longer had the end of the run; the list has what came of it.
      if (running && threadId !== null && !signal.aborted) await this.#readThread(threadId)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      if (!signal.aborted) {
        this.#following = false
        this.#state.set({ running: false, stopping: false })
      }
    }
  }

  /** Shows the newest items and follows the running answer, if there is one. */
  async catchUp(): Promise<void> {
    const { threadId } = this.#state.get()
    const { signal } = this.#scope
    if (threadId === null || this.#following) return
    this.#following = true
    this.#stale = false
    try {
      await this.#readThread(threadId)
    } catch (error) {
      if (signal.aborted) return
      const { phase } = this.#state.get()
      this.#state.set({
        problem: String(error instanceof Error ? error.message : error),
        phase: phase === 'opening' ? 'unavailable' : phase,
      })
    }
    if (signal.aborted) return
    this.#following = false
    this.#state.set({ running: false, stopping: false })
  }

  async loadEarlier(): Promise<void> {
    const { signal } = this.#scope
    const { threadId, items, loadingEarlier } = this.#state.get()
    if (threadId === null || loadingEarlier) return
    this.#state.set({ loadingEarlier: true })
    try {
      // Hidden items are left out after paging, so that a page may be empty and not the last.
      for (let after = this.#state.get().earlier; after !== null; ) {
        const page = await this.#list(threadId, after)
        if (signal.aborted) return
        this.#state.set(showEarlier(this.#state.get(), page))
        after = this.#state.get().items.length > items.length ? null : this.#state.get().earlier
      }
    } finally {
      if (!signal.aborted) this.#state.set({ loadingEarlier: false })
    }
  }

  /** Takes what happened to this person's threads, in this tab or elsewhere. */
  receive(event: LiveEvent): void {
    const { threadId } = this.#state.get()
    switch (event.type) {
      case 'resync':
        this.#lookAgain()
        return
      case 'thread.updated':
        if (event.thread.id === threadId) this.#state.set({ title: event.thread.title })
        return
      case 'thread.deleted':
        if (event.thread_id === threadId) void this.open(null)
        return
      case 'run.started':
      case 'run.finished':
        // The word about a run may come after its own stream has told everything.
        if (event.thread_id === threadId && event.run_id !== this.#finishedRun) this.#lookAgain()
    }
  }

  /** The tab has come into view. */
  wake(): void {
    if (this.#stale) void this.catchUp()
  }

  /** A tab that nobody sees waits: the few connections of a browser belong to those in view. */
  #lookAgain(): void {
    this.#stale = true
    if (!globalThis.document?.hidden) void this.catchUp()
  }

  async #readThread(threadId: string): Promise<void> {
    const { signal } = this.#scope
    // First the stream, then the list: an answer that ends in between is then in the list.
    const stream = await this.#transport.follow(threadId, this.#watch())
    const [page, thread] = await Promise.all([
      this.#list(threadId),
      this.#transport.ask('threads.get_by_id', { thread_id: threadId }, signal),
    ])
    if (signal.aborted) return
    const shown = showNewest(this.#state.get(), page)
    this.#state.set({ ...shown, title: thread.title ?? null, running: stream !== null })
    if (stream) await this.#consume(stream)
  }

  async #consume(stream: AsyncIterable<Received>): Promise<void> {
    const { signal } = this.#scope
    for await (const { id, event } of stream) {
      if (signal.aborted) return
      if (event.type === 'resync') this.#cursor = 0
      if (id !== null && id <= this.#cursor) continue
      this.#cursor = id ?? this.#cursor
      if (event.type === 'thread.created') this.#nameThread(event.thread.id)
      if (event.type === 'run.finished') this.#finishedRun = event.run_id
      this.#state.enqueue(event)
    }
    if (!signal.aborted) this.#state.flush()
  }

  #nameThread(threadId: string): void {
    this.#state.set({ threadId })
    // Asked for before there was an id to address.
    if (this.#state.get().stopping) {
      this.#transport.stop(threadId).catch(() => this.#state.set({ stopping: false }))
    }
  }

  #list(threadId: string, after?: string): Promise<Page<ThreadItem>> {
    const params = { thread_id: threadId, limit: PAGE_SIZE, order: 'desc' as const }
    const page = after === undefined ? params : { ...params, after }
    return this.#transport.ask('items.list', page, this.#scope.signal)
  }

  #watch(): Watch {
    const { signal } = this.#scope
    return {
      signal,
      onConnection: (connected) => {
        if (!signal.aborted) this.#state.set({ connected })
      },
    }
  }
}
