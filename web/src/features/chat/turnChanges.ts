import type { Activity } from '@/api/changes'
import { asJson } from './json'
import type { ThreadItem } from './protocol'
import { readToolCall, type ToolCall } from './toolCall'
import { readCard } from './widget'

/** What one answer changed: the change set, in how many tasks, and whether it stands. */
export type TurnChanges = { changeSet: string; tasks: number; isUndone: boolean }

/** What an item names as changed: how many tasks, by what stands for them. */
type Named = { changeSet: string; tasks: readonly (readonly [key: string, count: number])[] }

const DECIDED = /\b(\d+) tasks?\b/

/**
 * Which items tell of a change, by their ids: the last of those that name the same change set.
 * One that `feed`, the newest changes, does not know of is taken to stand.
 */
export function changesByItem(
  items: readonly ThreadItem[],
  feed: readonly Activity[],
): ReadonlyMap<string, TurnChanges> {
  const undone = new Set(
    feed.filter((entry) => entry.is_undone).map((entry) => entry.change_set_id),
  )
  const sets = new Map<string, { itemId: string; counts: Map<string, number> }>()
  for (const item of items) {
    for (const { changeSet, tasks } of namedBy(item)) {
      const counts = sets.get(changeSet)?.counts ?? new Map<string, number>()
      for (const [key, count] of tasks) counts.set(key, Math.max(count, counts.get(key) ?? 0))
      sets.set(changeSet, { itemId: item.id, counts })
    }
  }
  return new Map(
    [...sets].map(([changeSet, { itemId, counts }]) => {
      const tasks = [...counts.values()].reduce((sum, count) => sum + count, 0)
      return [itemId, { changeSet, tasks, isUndone: undone.has(changeSet) }]
    }),
  )
}

function namedBy(item: ThreadItem): Named[] {
  if (item.type === 'workflow') {
    return item.workflow.tasks.flatMap((task, index) =>
      namedByCall(readToolCall(task), `${item.id} ${index}`),
    )
  }
  if (item.type !== 'widget' || !item.widget.key) return []
  const title = readCard(item.widget)?.children[0]
  const count = title?.type === 'Title' ? DECIDED.exec(title.value)?.[1] : undefined
  return [{ changeSet: item.widget.key, tasks: [[item.id, Number(count ?? 1)]] }]
}

/** A task that several calls of an answer changed is one; what a receipt does not list stands for itself. */
function namedByCall({ changeSet, receipt, result }: ToolCall, callKey: string): Named[] {
  if (receipt && receipt.changes.length > 0) {
    const listed = receipt.changes.map(({ id }) => [id, 1] as const)
    const rest = Math.max(0, receipt.count - listed.length)
    return [{ changeSet: receipt.changeSet, tasks: [...listed, [callKey, rest]] }]
  }
  return changeSet === null ? [] : [{ changeSet, tasks: guess(result) }]
}

/** For calls from before receipts were kept; a deleted task counts with its subtasks. */
function guess(result: ToolCall['result']): [key: string, count: number][] {
  const count = typeof result?.deleted === 'number' ? result.deleted : 1
  const task = asJson(result?.task) ?? result
  const next = asJson(result?.next_task)
  const tasks: [string, number][] = [[String(task?.id), count]]
  if (next) tasks.push([String(next.id), 1])
  return tasks
}
