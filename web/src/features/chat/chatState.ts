import { type FeedbackKind, type Page, type ThreadItem, textOf } from './protocol'
import { EMPTY_THREAD, type Outgoing, type ThreadState, type Waiting } from './thread'
import { lastQuestion } from './turns'

/** What was not taken: a message, what one should say instead, or another try. */
export type Refused =
  | { type: 'message'; text: string }
  | { type: 'edit'; itemId: string; text: string }
  | { type: 'retry' }

/** What the server refused, in a sentence. */
export type Problem = {
  message: string
  /** When the limit that was met is lifted. */
  resetsAt: string | null
  /** Who would answer all the same, by id. */
  offers: readonly string[]
  /** What they would answer; null where nobody is offered. */
  refused: Refused | null
}

export type ChatState = ThreadState & {
  /** Null in a new chat that the server has not heard of. */
  threadId: string | null
  /** Counts the threads opened in this tab. A new chat that gets its id stays the same visit. */
  visit: number
  phase: 'opening' | 'ready' | 'unavailable'
  /** False during an outage of a running answer. */
  connected: boolean
  /** Where the items before the first one begin; null when there are none. */
  earlier: string | null
  loadingEarlier: boolean
  problem: Problem | null
  draft: string
  /** What a message should have said instead, when that was not taken. */
  unsaved: { itemId: string; text: string } | null
  /** Who was chosen to answer since the thread was opened, by id. */
  model: string | null
  feedback: Readonly<Record<string, FeedbackKind>>
}

export const NEW_CHAT: ChatState = {
  ...EMPTY_THREAD,
  threadId: null,
  visit: 0,
  phase: 'ready',
  connected: true,
  earlier: null,
  loadingEarlier: false,
  problem: null,
  draft: '',
  unsaved: null,
  model: null,
  feedback: {},
}

/** Whom the last message asked; undefined when there is none, null for whoever answers by default. */
export function lastAsked({ items }: ChatState): string | null | undefined {
  const question = lastQuestion(items)
  return question && (question.inference_options?.model ?? null)
}

/** Puts the newest page of items in place; earlier ones that were loaded stay where they join. */
export function showNewest(
  state: ChatState,
  page: Page<ThreadItem>,
  waiting: readonly Waiting[],
  running: boolean,
): ChatState {
  const newest = page.data.toReversed()
  const joint = state.items.findIndex(({ id }) => id === newest[0]?.id)
  const kept = joint > 0 ? state.items.slice(0, joint) : []
  const listed = new Set(newest.map(({ id }) => id))
  // Not stored yet: it stays in view until the replay of its run builds it anew.
  const streaming = running
    ? state.items.filter(({ id }) => state.streaming.has(id) && !listed.has(id))
    : []
  return {
    ...state,
    phase: 'ready',
    items: [...kept, ...newest, ...streaming],
    earlier: joint > 0 ? state.earlier : nextCursor(page),
    waiting,
    running,
    streaming: running ? state.streaming : new Set(),
    stopping: running && state.stopping,
    acting: running ? state.acting : null,
    connected: true,
    outgoing: withoutArrived(state, [...newest, ...waiting.map(({ item }) => item)]),
  }
}

/** A message thought lost has arrived after all. */
function withoutArrived(state: ChatState, items: readonly ThreadItem[]): readonly Outgoing[] {
  const known = new Set([...state.items, ...state.waiting.map(({ item }) => item)].map(itemId))
  const arrived = new Set(
    items.flatMap((item) =>
      item.type === 'user_message' && !known.has(item.id) ? [textOf(item)] : [],
    ),
  )
  return state.outgoing.filter(({ text, failure }) => failure === null || !arrived.has(text))
}

function itemId({ id }: ThreadItem): string {
  return id
}

export function showEarlier(state: ChatState, page: Page<ThreadItem>): ChatState {
  const known = new Set(state.items.map(({ id }) => id))
  const earlier = page.data.filter(({ id }) => !known.has(id)).toReversed()
  return { ...state, items: [...earlier, ...state.items], earlier: nextCursor(page) }
}

function nextCursor(page: Page<ThreadItem>): string | null {
  return page.has_more ? (page.after ?? null) : null
}

/** Shows another item in the place of this very one; one that has changed since is left alone. */
export function swapItem(state: ChatState, item: ThreadItem, other: ThreadItem): ChatState {
  return { ...state, items: state.items.map((one) => (one === item ? other : one)) }
}

/** Gives a refused message back to its author, before anything typed since. */
export function restoreDraft(
  state: ChatState,
  { key, text }: Outgoing,
  problem: Problem,
): ChatState {
  return {
    ...state,
    problem,
    outgoing: state.outgoing.filter((message) => message.key !== key),
    draft: [text, state.draft].filter(Boolean).join('\n\n'),
  }
}

/** Takes a message that was given back out of the draft, unless it was changed there. */
export function withoutText(draft: string, text: string): string {
  if (draft === text) return ''
  return draft.startsWith(`${text}\n\n`) ? draft.slice(text.length + 2) : draft
}
