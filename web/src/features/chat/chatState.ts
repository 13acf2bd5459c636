import { type FeedbackKind, type Page, type ThreadItem, textOf } from './protocol'
import { EMPTY_THREAD, type ThreadState } from './thread'

export type ChatState = ThreadState & {
  /** Null in a new chat that the server has not heard of. */
  threadId: string | null
  /** Counts the threads opened in this tab. A new chat that gets its id stays the same visit. */
  visit: number
  phase: 'opening' | 'ready' | 'unavailable'
  stopping: boolean
  /** False during an outage of a running answer. */
  connected: boolean
  /** Where the items before the first one begin; null when there are none. */
  earlier: string | null
  loadingEarlier: boolean
  /** The widget whose button was pressed and not yet answered. */
  acting: string | null
  /** What the server refused, in a sentence. */
  problem: string | null
  draft: string
  feedback: Readonly<Record<string, FeedbackKind>>
}

export const NEW_CHAT: ChatState = {
  ...EMPTY_THREAD,
  threadId: null,
  visit: 0,
  phase: 'ready',
  stopping: false,
  connected: true,
  earlier: null,
  loadingEarlier: false,
  acting: null,
  problem: null,
  draft: '',
  feedback: {},
}

/** Puts the newest page of items in place; earlier ones that were loaded stay where they join. */
export function showNewest(state: ChatState, page: Page<ThreadItem>): ChatState {
  const newest = page.data.toReversed()
  const joint = state.items.findIndex(({ id }) => id === newest[0]?.id)
  const known = new Set(state.items.map(({ id }) => id))
  const arrived = new Set(
    newest.flatMap((item) =>
      item.type === 'user_message' && !known.has(item.id) ? [textOf(item)] : [],
    ),
  )
  return {
    ...state,
    phase: 'ready',
    items: joint > 0 ? [...state.items.slice(0, joint), ...newest] : newest,
    earlier: joint > 0 ? state.earlier : nextCursor(page),
    // A message thought lost has arrived after all.
    outgoing: state.outgoing.filter(({ text, failure }) => failure === null || !arrived.has(text)),
  }
}

export function showEarlier(state: ChatState, page: Page<ThreadItem>): ChatState {
  const known = new Set(state.items.map(({ id }) => id))
  const earlier = page.data.filter(({ id }) => !known.has(id)).toReversed()
  return { ...state, items: [...earlier, ...state.items], earlier: nextCursor(page) }
}

function nextCursor(page: Page<ThreadItem>): string | null {
  return page.has_more ? (page.after ?? null) : null
}

/** Gives a refused message back to its author, before anything typed since. */
export function restoreDraft(state: ChatState, key: string, problem: string): ChatState {
  const text = state.outgoing.find((message) => message.key === key)?.text ?? ''
  return {
    ...state,
    problem,
    outgoing: state.outgoing.filter((message) => message.key !== key),
    draft: [text, state.draft].filter(Boolean).join('\n\n'),
  }
}
