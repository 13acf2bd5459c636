import type { Sort } from '@/api/tasks'
import type { DueRange, View } from './filter'

export const VIEW_NAMES: Record<View, string> = {
  open: 'Open',
  in_progress: 'In progress',
  done: 'Done',
  all: 'All',
}

export const DUE_RANGE_NAMES: Record<DueRange, string> = {
  overdue: 'Overdue',
  today: 'Today or earlier',
  week: 'Next 7 days',
}

export const SORT_NAMES = {
  due: 'Due date',
  position: 'By hand',
  '-created': 'Newest first',
  created: 'Oldest first',
  priority: 'Priority',
  title: 'Title',
  relevance: 'Best match',
} as const satisfies Partial<Record<Sort, string>>

/** The words of a record of names as options of a select, in the given order. */
export function namedOptions<T extends string>(values: readonly T[], names: Record<T, string>) {
  return values.map((value) => ({ value, label: names[value] }))
}
