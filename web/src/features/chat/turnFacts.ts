import type { Activity } from '@/api/changes'
import type { ThreadItem } from './protocol'
import { changesByItem, type TurnChanges } from './turnChanges'
import { questionIds } from './turns'
import { readCard } from './widget'

/** What can be seen of an answer in its items. */
export type TurnFacts = {
  changes: readonly TurnChanges[]
  /** Whether a card of it waits for a click. */
  isWaiting: boolean
}

/** By the question; null is what comes before the first one that is loaded. */
export function factsByTurn(
  items: readonly ThreadItem[],
  feed: readonly Activity[],
): ReadonlyMap<string | null, TurnFacts> {
  const changes = changesByItem(items, feed)
  const facts = new Map<string | null, TurnFacts>()
  const questions = questionIds(items)
  for (const [index, item] of items.entries()) {
    const question = questions[index] ?? null
    const known = facts.get(question) ?? { changes: [], isWaiting: false }
    const more = changes.get(item.id)
    facts.set(question, {
      changes: more ? [...known.changes, more] : known.changes,
      isWaiting: known.isWaiting || asks(item),
    })
  }
  return facts
}

function asks(item: ThreadItem): boolean {
  return item.type === 'widget' && readCard(item.widget)?.confirm != null
}
