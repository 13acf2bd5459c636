import type { Priority, Status, Task, TaskChange } from '@/api/tasks'
import { dueFields, dueFromFields } from './due'

/** A task as the editor's form holds it: texts, empty where there is nothing. */
export type Draft = {
  title: string
  description: string
  status: Status
  priority: Priority
  project: string
  tags: string
  day: string
  time: string
  recurrence: string
  recurrenceFrom: Task['recurrence_from']
  /** Minutes. */
  remindBefore: string
}

export function draftOf(task: Task, zone: string): Draft {
  const { title, description, status, priority, tags, due } = task
  return {
    title,
    description,
    status,
    priority,
    project: task.project ?? '',
    tags: tags.join(', '),
    ...dueFields(due, zone),
    recurrence: task.recurrence ?? '',
    recurrenceFrom: task.recurrence_from,
    remindBefore: task.remind_before === null ? '' : String(task.remind_before),
  }
}

/** What differs from the task, and the version it was read at; null when nothing does. */
export function changeBetween(task: Task, draft: Draft, zone: string): TaskChange | null {
  const before = draftOf(task, zone)
  const change: TaskChange = { ...wordChanges(before, draft), ...timeChanges(before, draft, zone) }
  const tags = readTags(draft.tags)
  if (tags.join() !== task.tags.join()) change.tags = tags
  return Object.keys(change).length === 0 ? null : { ...change, version: task.version }
}

function wordChanges(before: Draft, draft: Draft): TaskChange {
  const change: TaskChange = {}
  if (draft.title.trim() !== before.title) change.title = draft.title.trim()
  if (draft.description !== before.description) change.description = draft.description
  if (draft.status !== before.status) change.status = draft.status
  if (draft.priority !== before.priority) change.priority = draft.priority
  if (draft.project.trim() !== before.project) change.project = draft.project.trim() || null
  return change
}

function timeChanges(before: Draft, draft: Draft, zone: string): TaskChange {
  // Without a date there is nothing to remind of and nothing to repeat: the server clears both.
  if (draft.day === '') return before.day === '' ? {} : { due: null }
  const change: TaskChange = {}
  // Compared as fields: the same instant may be written with another offset.
  if (draft.day !== before.day || draft.time !== before.time) {
    change.due = dueFromFields(draft, zone)
  }
  if (draft.recurrence.trim() !== before.recurrence) {
    change.recurrence = draft.recurrence.trim() || null
  }
  if (draft.recurrenceFrom !== before.recurrenceFrom) change.recurrence_from = draft.recurrenceFrom
  if (draft.remindBefore !== before.remindBefore) {
    change.remind_before = draft.remindBefore === '' ? null : Number(draft.remindBefore)
  }
  return change
}

/** Whether it must be asked for which occurrences a change is meant. */
export function needsScope(task: Task, change: TaskChange): boolean {
  const repeats = task.recurrence !== null && !('recurrence' in change)
  return repeats && change.due !== undefined && change.due !== null
}

/** A field that was changed here and, to something else, elsewhere. */
export type Clash = { field: keyof Draft; mine: string; theirs: string }

/**
 * What to go on editing when the task has moved on since it was read: changes from elsewhere come
 * in, changes made here stay, and where both changed one field it is told as a clash.
 */
export function rebase(
  base: Draft,
  mine: Draft,
  theirs: Draft,
): { draft: Draft; clashes: readonly Clash[] } {
  const draft: Record<keyof Draft, string> = { ...mine }
  const clashes: Clash[] = []
  for (const field of Object.keys(base) as (keyof Draft)[]) {
    if (mine[field] === base[field]) draft[field] = theirs[field]
    else if (theirs[field] !== base[field] && theirs[field] !== mine[field]) {
      clashes.push({ field, mine: mine[field], theirs: theirs[field] })
    }
  }
  return { draft: draft as Draft, clashes }
}

/** "work, Home ,work" → ["work", "Home"]. */
export function readTags(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().replace(/^#/, ''))
  return [...new Set(tags.filter((tag) => tag !== ''))]
}
