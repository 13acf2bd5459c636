import type { Notification } from '@/api/notices'
import type { Task } from '@/api/tasks'

/** What a notification is about, as far as this version knows. */
export type Notice =
  | { kind: 'reminder'; task: Task; late: boolean }
  | { kind: 'digest'; dueToday: number; overdue: number }

/** Null for a kind that a newer server has and this page does not know. */
export function readNotice({ kind, data }: Pick<Notification, 'kind' | 'data'>): Notice | null {
  if (kind === 'reminder') {
    return { kind, task: data.task as Task, late: data.late === true }
  }
  if (kind === 'digest') {
    return { kind, dueToday: Number(data.due_today), overdue: Number(data.overdue) }
  }
  return null
}

export function digestText({ dueToday, overdue }: { dueToday: number; overdue: number }): string {
  const tasks = dueToday === 1 ? '1 task' : `${dueToday} tasks`
  return `${tasks} due today, ${overdue} overdue`
}
