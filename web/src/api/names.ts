import type { Priority, Status } from './tasks'

export const STATUS_NAMES: Record<Status, string> = {
  todo: 'To do',
  in_progress: 'In progress',
  done: 'Done',
}

export const PRIORITY_NAMES: Record<Priority, string> = {
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}
