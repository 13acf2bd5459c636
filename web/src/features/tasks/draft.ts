import type { Priority, Status, Task, TaskChange } from '@/api/tasks'
import { dueFields, dueFromFields } from './due'

/** A task as the editor's form holds it. */
export type Draft = {
  title: string
  description: string
  status: Status
  priority: Priority
  tags: string
  day: string
  time: string
}

export function draftOf(task: Task, zone: string): Draft {
  const { title, description, status, priority, tags, due } = task
  return { title, description, status, priority, tags: tags.join(', '), ...dueFields(due, zone) }
}

/** What differs from the task, and the version it was read at; null when nothing does. */
export function changeBetween(task: Task, draft: Draft, zone: string): TaskChange | null {
  const before = draftOf(task, zone)
  const change: TaskChange = {}
  if (draft.title.trim() !== before.title) change.title = draft.title.trim()
  if (draft.description !== before.description) change.description = draft.description
  if (draft.status !== before.status) change.status = draft.status
  if (draft.priority !== before.priority) change.priority = draft.priority
  const tags = readTags(draft.tags)
  if (tags.join() !== task.tags.join()) change.tags = tags
  // Compared as fields: the same instant may be written with another offset.
  if (draft.day !== before.day || draft.time !== before.time) {
    change.due = dueFromFields(draft, zone)
  }
  return Object.keys(change).length === 0 ? null : { ...change, version: task.version }
}

/** "work, Home ,work" → ["work", "Home"]. */
export function readTags(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().replace(/^#/, ''))
  return [...new Set(tags.filter((tag) => tag !== ''))]
}
