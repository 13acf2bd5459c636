import type { Task } from '@/api/tasks'
import { daysBetween, wallClock } from '@/lib/zonedTime'
import { dueFields } from './due'

export type TaskGroup = { name: string; tasks: Task[] }

/** Tasks in due order, cut where the day changes its meaning: Overdue, Today, Tomorrow … */
export function groupByDue(tasks: readonly Task[], now: Date, zone: string): TaskGroup[] {
  const today = wallClock(now, zone).day
  const groups: TaskGroup[] = []
  for (const task of tasks) {
    const name = groupName(task, zone, today)
    const last = groups.at(-1)
    if (last?.name === name) last.tasks.push(task)
    else groups.push({ name, tasks: [task] })
  }
  return groups
}

function groupName({ due, status }: Task, zone: string, today: string): string {
  if (due === null) return 'No date'
  const days = daysBetween(today, dueFields(due, zone).day)
  if (days < 0) return status === 'done' ? 'Earlier' : 'Overdue'
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  return days < 7 ? 'Next 7 days' : 'Later'
}
