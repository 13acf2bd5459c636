import type { Task } from '@/api/tasks'
import { daysBetween, wallClock } from '@/lib/zonedTime'
import { dueFields } from './due'

export type TaskGroup = { name: string; tasks: Task[] }

/**
 * Tasks in due order, cut where the day changes its meaning: Overdue, Today, Tomorrow … A subtask
 * without a date of its own goes with the task above it.
 */
export function groupByDue(tasks: readonly Task[], now: Date, zone: string): TaskGroup[] {
  const today = wallClock(now, zone).day
  const here = new Map(tasks.map((task) => [task.id, task]))
  const dated = (task: Task): Task => {
    const above = task.due === null && task.parent_id !== null && here.get(task.parent_id)
    return above ? dated(above) : task
  }
  const groups = Map.groupBy(tasks, (task) => groupName(dated(task), zone, today))
  return [...groups].map(([name, members]) => ({ name, tasks: members }))
}

function groupName({ due, status }: Task, zone: string, today: string): string {
  if (due === null) return 'No date'
  const days = daysBetween(today, dueFields(due, zone).day)
  if (days < 0) return status === 'done' ? 'Earlier' : 'Overdue'
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  return days < 7 ? 'Next 7 days' : 'Later'
}
