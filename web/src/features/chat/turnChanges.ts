import type { Activity } from '@/api/changes'
import type { ThreadItem } from './protocol'
import { asJson, readToolCall } from './toolCall'
import { readCard } from './widget'

/** What one answer changed: the change set, in how many tasks, and whether it stands. */
export type TurnChanges = { changeSet: string; tasks: number; isUndone: boolean }

const DECIDED = /^(Deleted|Completed) (\d+) tasks?\b/
const DECISIONS: Record<string, string> = {
  Deleted: 'delete_all_tasks',
  Completed: 'complete_all_tasks',
}

/**
 * Which items tell of a change that the feed knows, by their ids. The items of a conversation do
 * not name the run that made them: what they say of the tasks is looked for in the record of it.
 */
export function changesByItem(
  items: readonly ThreadItem[],
  feed: readonly Activity[],
  threadId: string,
): ReadonlyMap<string, TurnChanges> {
  const here = feed.filter(({ actor }) => actor.thread_id === threadId)
  const sets = [...Map.groupBy(here, (entry) => entry.change_set_id).values()].map(tracesOfSet)
  const found = new Map<string, TurnChanges>()
  const taken = new Set<string>()
  // Newest first on both sides: what was said and done twice belongs to the later answer.
  for (const item of items.toReversed()) {
    const traces = tracesOfItem(item)
    const set = sets.find(
      ({ changes, known }) =>
        !taken.has(changes.changeSet) && traces.some((trace) => known.has(trace)),
    )
    if (!set) continue
    taken.add(set.changes.changeSet)
    found.set(item.id, set.changes)
  }
  return found
}

function tracesOfSet(entries: readonly Activity[]) {
  const known = new Set<string>()
  const tasks = new Set<string>()
  for (const { action, task, at } of entries) {
    tasks.add(task.id)
    known.add(`${action} ${task.id}`).add(`${action} ${task.id} ${at}`)
  }
  const first = entries[0]
  if (first) known.add(`${first.action} ${tasks.size}`)
  const changes: TurnChanges = {
    changeSet: first?.change_set_id ?? '',
    tasks: tasks.size,
    isUndone: first?.is_undone ?? false,
  }
  return { known, changes }
}

/** What an item says was done, as `tracesOfSet` words it. */
function tracesOfItem(item: ThreadItem): string[] {
  if (item.type === 'workflow') return item.workflow.tasks.flatMap(tracesOfCall)
  if (item.type !== 'widget') return []
  const title = readCard(item.widget)?.children[0]
  const decided = title?.type === 'Title' && DECIDED.exec(title.value)
  return decided ? [`${DECISIONS[decided[1] ?? '']} ${decided[2]}`] : []
}

function tracesOfCall(task: Parameters<typeof readToolCall>[0]): string[] {
  const { name, state, result } = readToolCall(task)
  if (state !== 'ok' || result === null) return []
  // A deleted task is shown as it was, so it has no time of its own.
  const deleted = asJson(result.task)
  if (deleted) return [`${name} ${deleted.id}`]
  return [`${name} ${result.id} ${result.updated_at}`]
}
