import type { Activity } from '@/api/changes'

/** All that one change set wrote, as far as it is known. */
export type ChangeSet = {
  id: string
  at: string
  actor: Activity['actor']
  isUndone: boolean
  entries: readonly Activity[]
}

/** The feed cut into change sets, in its own order. */
export function groupChanges(feed: readonly Activity[]): ChangeSet[] {
  const sets = Map.groupBy(feed, (entry) => entry.change_set_id)
  return [...sets].flatMap(([id, entries]) => {
    const first = entries[0]
    if (!first) return []
    return { id, at: first.at, actor: first.actor, isUndone: first.is_undone, entries }
  })
}

const VERBS: Record<string, string> = {
  create_task: 'added',
  update_task: 'changed',
  complete_task: 'changed',
  move_task: 'moved',
  skip_task: 'skipped',
  delete_task: 'deleted',
  restore_task: 'restored',
  complete_all_tasks: 'completed',
  delete_all_tasks: 'deleted',
  bulk_complete: 'completed',
  bulk_reopen: 'opened',
  bulk_delete: 'deleted',
  bulk_edit: 'changed',
  create_project: 'made',
  update_project: 'changed',
  delete_project: 'deleted',
  import: 'imported',
  undo: 'undid a change of',
  redo: 'redid a change of',
}

/** What an entry did: "completed", "added". */
export function verbOf({ action, changes }: Activity): string {
  if (action === 'update_task' || action === 'complete_task') {
    const [before, after] = changes.status ?? []
    if (before === undefined && changes.title?.[0] === null) return 'added'
    if (before === null) return 'added'
    if (after === 'done') return 'completed'
    if (before === 'done') return 'opened'
  }
  return VERBS[action] ?? 'changed'
}

/** Who did it, as the feed says it. */
export function actorText({ kind, name }: Activity['actor']): string {
  switch (kind) {
    case 'person':
      return 'You'
    case 'assistant':
      return 'The assistant'
    case 'token':
      return `The token “${name}”`
    case 'schedule':
      return 'TaskChat'
    default:
      return name
  }
}

/** The fields worth reading: what was made or deleted says so in one word. */
export function shownChanges({ changes }: Activity): [string, readonly [unknown, unknown]][] {
  const wasMade = ['title', 'name'].some((field) => changes[field]?.[0] === null)
  if (wasMade) return []
  return Object.entries(changes).filter(([field]) => field !== 'deleted')
}
