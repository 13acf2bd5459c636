import type { Task } from '@/api/tasks'
import type { Beside } from './cache'

/** What can be done with a task from its row. */
export type TaskActions = {
  complete: (task: Task, completed: boolean) => void
  start: (task: Task, started: boolean) => void
  edit: (task: Task) => void
  remove: (task: Task) => void
  skip: (task: Task) => void
  move: (task: Task, beside: Beside) => void
  addBelow: (task: Task) => void
}
