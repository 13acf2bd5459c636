import type { LiveEvent } from '@/api/liveEvent'
import { BatchedState } from './batchedState'
import {
  type ChatState,
  NEW_CHAT,
  type Refused,
  restoreDraft,
  swapItem,
  withoutText,
} from './chatState'
import type { Pace } from './pace'
import { problemOf, problemWithOffers, sentence } from './problem'
import { type Action, type FeedbackKind, messageTurn, type Turn, withText } from './protocol'
import { type Outgoing, withoutWaiting } from './thread'
import { ThreadReader } from './threadReader'
import { isRefusal, type Transport } from './transport'

const LEFT = 'Not sent, because another conversation was opened.'

/** The chat that is open in this tab: what is known of it, and all that a person can do to it. */
export class ChatStore {
  readonly subscribe: (listener: () => void) => () => void
  readonly getState: () => ChatState
  readonly #transport: Transport
  readonly #state: BatchedState
  readonly #reader: ThreadReader
  /** Settled when the server has taken or refused what was sent before: messages keep their order. */
  #sentBefore: Promise<void> = Promise.resolve()

  constructor(transport: Transport, pace: Pace) {
    this.#transport = transport
    this.#state = new BatchedState(NEW_CHAT, pace)
    this.#reader = new ThreadReader(transport, this.#state)
    this.subscribe = this.#state.subscribe
    this.getState = this.#state.get
  }

  /** Opens a thread, or with null a new chat. The draft stays. */
  open = (threadId: string | null): Promise<void> => this.#reader.open(threadId)

  receive = (event: LiveEvent): void => this.#reader.receive(event)

  wake = (): void => this.#reader.wake()

  /**
   * `model` is who should answer, by id; null for whoever does by default. `instead` is who does
   * this once.
   */
  send = async (
    text: string,
    model: string | null = null,
    instead: string | null = null,
  ): Promise<void> => {
    const { outgoing, running, error } = this.getState()
    const asked = { text, model, instead }
    const message: Outgoing = { key: randomKey(), ...asked, failure: null, waits: running }
    this.#state.set({
      outgoing: [...outgoing, message],
      running: true,
      error: running ? error : null,
    })
    await this.#deliver(message)
  }

  /** Sends a message again that did not get through, unless it turns out that it did. */
  resend = async (key: string): Promise<void> => {
    await this.#reader.catchUp()
    const message = this.getState().outgoing.find((outgoing) => outgoing.key === key)
    if (!message) return
    this.#mark(key, null)
    await this.#deliver(message)
  }

  discard = (key: string): void => {
    this.#state.set({ outgoing: this.getState().outgoing.filter((message) => message.key !== key) })
  }

  /** Has the last message answered again; with `model`, this once, by somebody else. */
  retry = async (model?: string): Promise<void> => {
    const { items, threadId, running } = this.getState()
    const question = items.findLast(({ type }) => type === 'user_message')
    if (!question || threadId === null || running) return
    const turn: Turn = {
      type: 'threads.retry_after_item',
      params: { thread_id: threadId, item_id: question.id },
      ...(model !== undefined && { metadata: { model } }),
    }
    await this.#attempt(turn, { type: 'retry' })
  }

  /** Has somebody else answer what was refused, this once; a message still asks `usual`. */
  takeOffer = async (offer: string, usual: string | null): Promise<void> => {
    const { problem, draft } = this.getState()
    switch (problem?.refused?.type) {
      case 'message': {
        const { text } = problem.refused
        this.#state.set({ problem: null, draft: withoutText(draft, text) })
        return this.send(text, usual, offer)
      }
      case 'edit':
        return this.edit(problem.refused.itemId, problem.refused.text, offer)
      case 'retry':
        return this.retry(offer)
    }
  }

  chooseModel = (model: string): void => this.#state.set({ model })

  /**
   * Has a message say something else, shown at once, and be answered again; all that came after it
   * goes. With `model`, somebody else answers this once. What was refused or did not get through
   * stays as `unsaved`.
   */
  edit = async (itemId: string, text: string, model?: string): Promise<void> => {
    const { items, threadId, running } = this.getState()
    const before = items.find(({ id }) => id === itemId)
    if (before?.type !== 'user_message' || threadId === null || running) {
      return this.#state.set({ unsaved: { itemId, text } })
    }
    const edited = withText(before, text)
    this.#state.set({ ...swapItem(this.getState(), before, edited), unsaved: null })
    const turn: Turn = {
      type: 'threads.retry_after_item',
      params: { thread_id: threadId, item_id: itemId },
      metadata: { edited_text: text, ...(model !== undefined && { model }) },
    }
    if (await this.#attempt(turn, { type: 'edit', itemId, text })) return
    this.#state.set({ ...swapItem(this.getState(), edited, before), unsaved: { itemId, text } })
  }

  /** Leaves a message as it is. */
  dropEdit = (): void => this.#state.set({ unsaved: null })

  /** Presses a widget's button. */
  act = async (itemId: string, action: Action): Promise<void> => {
    const { threadId, running } = this.getState()
    if (threadId === null || running) return
    this.#state.set({ acting: itemId })
    await this.#attempt({
      type: 'threads.custom_action',
      params: { thread_id: threadId, item_id: itemId, action },
    })
  }

  stop = async (): Promise<void> => {
    const { running, runId, stopping, threadId } = this.getState()
    if (!running || stopping) return
    this.#state.set({ stopping: true })
    // A thread that has no id yet is stopped by the reader as soon as the server names it.
    if (threadId === null) return
    await this.#orExplain(() => this.#transport.stop(threadId, runId), { stopping: false })
  }

  /** Takes a message back that waits for its answer. */
  withdraw = async (runId: string): Promise<void> => {
    const { threadId } = this.getState()
    if (threadId === null) return
    await this.#orExplain(async () => {
      const begun = await this.#transport.withdraw(threadId, runId)
      if (!begun) this.#state.set(withoutWaiting(this.getState(), runId))
    }, {})
  }

  loadEarlier = async (): Promise<void> => {
    await this.#orExplain(() => this.#reader.loadEarlier(), {})
  }

  giveFeedback = async (itemId: string, kind: FeedbackKind): Promise<void> => {
    const { threadId, feedback } = this.getState()
    if (threadId === null) return
    this.#state.set({ feedback: { ...feedback, [itemId]: kind } })
    const params = { thread_id: threadId, item_ids: [itemId], kind }
    await this.#orExplain(() => this.#transport.ask('items.feedback', params), { feedback })
  }

  setDraft = (draft: string): void => this.#state.set({ draft })

  dismissProblem = (): void => this.#state.set({ problem: null })

  dismissNotice = (message: string): void => {
    const notices = this.getState().notices.filter((notice) => notice.message !== message)
    this.#state.set({ notices })
  }

  async #deliver(message: Outgoing): Promise<void> {
    const { signal } = this.#reader
    const before = this.#sentBefore
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>()
    this.#sentBefore = settled
    // The one before may also be what gives a new chat its id.
    await before
    try {
      if (signal.aborted) throw new Error(LEFT)
      await this.#reader.run(messageTurn(this.getState().threadId, message), message.key, settle)
    } catch (error) {
      if (signal.aborted || isRefusal(error)) {
        const problem = problemWithOffers(error, { type: 'message', text: message.text })
        this.#state.set(restoreDraft(this.getState(), message, problem))
      } else this.#mark(message.key, sentence(error))
    } finally {
      settle()
    }
  }

  /** With `refused`, somebody else may be offered for it. */
  #attempt(turn: Turn, refused: Refused | null = null): Promise<boolean> {
    return this.#orExplain(
      () => this.#reader.run(turn, randomKey()),
      {},
      (error) => (refused ? problemWithOffers(error, refused) : problemOf(error)),
    )
  }

  /** Does it, or says why not and undoes what was shown ahead of the answer; whether it was done. */
  async #orExplain(
    action: () => Promise<unknown>,
    undo: Partial<ChatState>,
    explain = problemOf,
  ): Promise<boolean> {
    const { signal } = this.#reader
    try {
      await action()
      return true
    } catch (error) {
      if (!signal.aborted) this.#state.set({ ...undo, problem: explain(error) })
      return false
    }
  }

  #mark(key: string, failure: string | null): void {
    const outgoing = this.getState().outgoing.map((message) =>
      message.key === key ? { ...message, failure } : message,
    )
    this.#state.set({ outgoing })
  }
}

/** crypto.randomUUID is missing where the page is served by plain HTTP on a LAN. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
