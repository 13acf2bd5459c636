import type { LiveEvent } from '@/api/liveEvent'
import type { BatchedState } from './batchedState'
import { Carrier } from './carrier'
import { NEW_CHAT, showEarlier, showNewest } from './chatState'
import { Feed } from './feed'
import { problemOf } from './problem'
import type { Page, ThreadItem, Turn } from './protocol'
import type { ShownEvent, Waiting } from './thread'
import type { Transport } from './transport'
import { endsByQuestion, type TurnEnds } from './turns'

const PAGE_SIZE = 50
/** How long the first look at a thread waits for the shared connection, which then tells the rest. */
const DECISION_MS = 1_000

type Stored = {
  page: Page<ThreadItem>
  title: string | null
  waiting: readonly Waiting[]
  ends: TurnEnds
}

/** Keeps the state of the open thread the same as the server's, whoever changes it there. */
export class ThreadReader {
  readonly #transport: Transport
  readonly #state: BatchedState
  readonly #carrier = new Carrier()
  #feed: Feed
  #loading: Promise<void> | null = null
  #loadedLive = false
  #stale = false

  constructor(transport: Transport, state: BatchedState) {
    this.#transport = transport
    this.#state = state
    this.#feed = this.#openFeed(null)
  }

  /** Aborted when another thread is opened: what was under way for this one ends unseen. */
  get signal(): AbortSignal {
    return this.#feed.signal
  }

  /** Opens a thread, or a new chat. */
  async open(threadId: string | null): Promise<void> {
    this.#feed.close()
    this.#feed = this.#openFeed(threadId)
    this.#loading = null
    this.#stale = false
    const { draft, visit } = this.#state.get()
    const phase = threadId === null ? 'ready' : 'opening'
    this.#state.replace({ ...NEW_CHAT, draft, threadId, phase, visit: visit + 1 })
    const { signal } = this.#feed
    if (threadId !== null) await this.#carrier.decide(DECISION_MS, signal)
    if (!signal.aborted) await this.catchUp()
  }

  /**
   * Sends a turn and returns when its answer is over or comes over the shared connection. Throws
   * what `Transport.run` throws.
   */
  async run(turn: Turn, key: string, onAccepted: () => void = () => {}): Promise<void> {
    const feed = this.#feed
    const { running, error } = this.#state.get()
    this.#state.set({ running: true, error: running ? error : null, problem: null })
    try {
      await feed.send(turn, key, onAccepted)
      if (!feed.signal.aborted) this.#state.flush()
    } catch (refusal) {
      if (!feed.signal.aborted) {
        this.#state.flush()
        this.#state.set({ running: feed.answering, acting: null })
      }
      throw refusal
    }
  }

  /** Shows the newest items, and the running answer if there is one. */
  async catchUp(): Promise<void> {
    const { threadId } = this.#state.get()
    if (threadId === null || (this.#feed.isReading && !this.#loading)) return
    this.#loading ??= this.#load(threadId, this.#feed)
    await this.#loading
  }

  async loadEarlier(): Promise<void> {
    const { signal } = this.#feed
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
      case 'connection':
        this.#carrier.connect(event.connection)
        if (this.#carrier.isLive) this.#state.set({ connected: true })
        else void this.#feed.fallBack()
        return
      case 'thread.event':
        this.#carrier.note(event)
        this.#feed.receive(event)
        return
      case 'ready':
        // What happened between the first look and this moment, nobody has told.
        if (!this.#loadedLive) this.#lookAgain()
        return
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
        if (event.thread_id === threadId) void this.#feed.expect(event.run_id, event.start)
        return
      case 'run.finished':
        if (event.thread_id === threadId) void this.#feed.expect(event.run_id, null)
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

  async #load(threadId: string, feed: Feed): Promise<void> {
    const { signal } = feed
    this.#stale = false
    this.#loadedLive = this.#carrier.isLive
    try {
      await feed.start(
        threadId,
        () => this.#readStored(threadId),
        (stored, running) => this.#show(stored, running),
      )
    } catch (error) {
      if (!signal.aborted) this.#explain(error)
    } finally {
      if (!signal.aborted) this.#loading = null
    }
  }

  async #readStored(threadId: string): Promise<Stored> {
    const { signal } = this.#feed
    const [page, thread, waiting, ends] = await Promise.all([
      this.#list(threadId),
      this.#transport.ask('threads.get_by_id', { thread_id: threadId }, signal),
      this.#transport.listWaiting(threadId, signal),
      this.#transport.listEnds(threadId, signal),
    ])
    return { page, title: thread.title ?? null, waiting, ends: endsByQuestion(ends) }
  }

  #show({ page, title, waiting, ends }: Stored, running: boolean): void {
    this.#state.flush()
    this.#state.set({ ...showNewest(this.#state.get(), page, waiting, running), title, ends })
  }

  #openFeed(threadId: string | null): Feed {
    return new Feed(threadId, this.#transport, this.#carrier, {
      onEvent: (event) => this.#take(event),
      onConnection: (connected) => this.#state.set({ connected }),
      onRefused: (error) => this.#explain(error),
      onLost: () => this.#lookAgain(),
      isUnfinished: () => this.#state.get().running || this.#state.get().waiting.length > 0,
    })
  }

  #take(event: ShownEvent): void {
    if (event.type === 'thread.created') this.#nameThread(event.thread.id)
    this.#state.enqueue(event)
  }

  #explain(error: unknown): void {
    const { phase } = this.#state.get()
    this.#state.set({
      problem: problemOf(error),
      phase: phase === 'opening' ? 'unavailable' : phase,
      running: this.#feed.answering,
    })
  }

  #nameThread(threadId: string): void {
    this.#state.set({ threadId })
    // Asked for before there was an id to address.
    if (this.#state.get().stopping) {
      this.#transport.stop(threadId, null).catch(() => this.#state.set({ stopping: false }))
    }
  }

  #list(threadId: string, after?: string): Promise<Page<ThreadItem>> {
    const params = { thread_id: threadId, limit: PAGE_SIZE, order: 'desc' as const }
    const page = after === undefined ? params : { ...params, after }
    return this.#transport.ask('items.list', page, this.#feed.signal)
  }
}
