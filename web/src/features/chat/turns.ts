import type { components } from '@/api/schema.gen'
import type { RunFinished, ThreadItem, TurnEnd, UserMessageItem } from './protocol'

type Schemas = components['schemas']

export type Remedy = Schemas['Remedy']

/** By the id of the message that was answered; of one that was tried again, the last. */
export type TurnEnds = ReadonlyMap<string, TurnEnd>

/** Why there is no whole answer, and what may help. */
export type Failure = { message: string; remedies: readonly Remedy[] }

const UNEXPLAINED: Readonly<Record<string, Failure>> = {
  failed: { message: 'The answer failed.', remedies: ['retry'] },
  interrupted: { message: 'The answer was interrupted.', remedies: ['retry'] },
}

export function endsByQuestion(ends: readonly TurnEnd[]): TurnEnds {
  return new Map(ends.flatMap((end) => (end.item_id === null ? [] : [[end.item_id, end]])))
}

export function lastQuestion(items: readonly ThreadItem[]): UserMessageItem | undefined {
  return items.findLast((item): item is UserMessageItem => item.type === 'user_message')
}

/**
 * With the end of an answer; the same where it was none, but a click. Where the server does not say
 * what was answered, it was the last question.
 */
export function withEnd(
  ends: TurnEnds,
  items: readonly ThreadItem[],
  { type, item_id = lastQuestion(items)?.id ?? null, ...end }: RunFinished,
): TurnEnds {
  const { model, instead_of = null, changes = 0, error = null, usage = null } = end
  if (item_id === null || model === undefined) return ends
  return new Map(ends).set(item_id, {
    ...{ run_id: end.run_id, item_id, status: end.status },
    ...{ model, instead_of, changes, error, usage },
  })
}

/** What an answer, or a click, of that status failed with; null when it did not. */
export function failureOf({ status, error }: Pick<TurnEnd, 'status' | 'error'>): Failure | null {
  return error ?? UNEXPLAINED[status] ?? null
}

type Shown = {
  items: readonly ThreadItem[]
  ends: TurnEnds
  error: Failure | null
  running: boolean
}

/** What went wrong last, unless something else has begun since. */
export function lastFailure({ items, ends, error, running }: Shown): Failure | null {
  if (running) return null
  const end = ends.get(lastQuestion(items)?.id ?? '')
  return error ?? (end ? failureOf(end) : null)
}

/** Whether more than one has answered here. */
export function isMixed(ends: TurnEnds): boolean {
  return new Set([...ends.values()].flatMap(({ model }) => model ?? [])).size > 1
}

/** The question that each item follows; null where that is not loaded. */
export function questionIds(items: readonly ThreadItem[]): (string | null)[] {
  let question: string | null = null
  return items.map((item) => {
    if (item.type === 'user_message') question = item.id
    return question
  })
}

type Going = Pick<Shown, 'items' | 'running'> & {
  acting: string | null
  outgoing: readonly { waits: boolean }[]
}

/** Whether the answer to this question is being made; a click on a card makes none. */
export function isLive({ items, running, acting, outgoing }: Going, question: string | null) {
  if (!running || acting !== null || outgoing.some(({ waits }) => !waits)) return false
  return (lastQuestion(items)?.id ?? null) === question
}
