import type { Priority, Sort, Status, TaskListQuery } from '@/api/tasks'
import { addDays } from '@/lib/zonedTime'

export const VIEWS = ['open', 'in_progress', 'done', 'all'] as const
export const PRIORITIES = ['high', 'medium', 'low'] as const satisfies readonly Priority[]
export const DUE_RANGES = ['today', 'week'] as const
export const SORTS = ['due', '-created', 'created', 'priority', 'title'] as const satisfies Sort[]

export type View = (typeof VIEWS)[number]
export type DueRange = (typeof DUE_RANGES)[number]
export type ListSort = (typeof SORTS)[number]

/** What the list shows, as it stands in the URL; what is left out has its default. */
export type TaskFilter = {
  view?: Exclude<View, 'open'>
  priority?: Priority
  tag?: string
  due?: DueRange
  q?: string
  sort?: ListSort
}

const STATUSES: Record<View, Status[]> = {
  open: ['todo', 'in_progress'],
  in_progress: ['in_progress'],
  done: ['done'],
  all: [],
}

/** Reads a URL's search parameters; unknown names and values are dropped. */
export function readFilter(search: Record<string, unknown>): TaskFilter {
  const view = oneOf(VIEWS, search.view)
  const priority = oneOf(PRIORITIES, search.priority)
  const due = oneOf(DUE_RANGES, search.due)
  const sort = oneOf(SORTS, search.sort)
  const tag = text(search.tag)
  const q = text(search.q)
  return {
    ...(view && view !== 'open' && { view }),
    ...(priority && { priority }),
    ...(tag && { tag }),
    ...(due && { due }),
    ...(q && { q }),
    ...(sort && sort !== defaultSort(view) && { sort }),
  }
}

/** What to ask of the server; `today` is YYYY-MM-DD where the person is. */
export function toListQuery(filter: TaskFilter, today: string): TaskListQuery {
  const { view = 'open', priority, tag, due, q } = filter
  const status = STATUSES[view]
  return {
    sort: sortOf(filter),
    ...(status.length > 0 && { status }),
    ...(priority && { priority: [priority] }),
    ...(tag && { tag }),
    ...(due && { due_before: due === 'today' ? today : addDays(today, 7) }),
    ...(q && { q }),
  }
}

/** The order of the list, chosen or not. */
export function sortOf({ view, sort }: TaskFilter): ListSort {
  return sort ?? defaultSort(view)
}

/** Whether anything but the view and the order narrows the list. */
export function isNarrowed({ priority, tag, due, q }: TaskFilter): boolean {
  return Boolean(priority || tag || due || q)
}

// When something was due says little once it is done.
function defaultSort(view: View | undefined): ListSort {
  return view === 'done' ? '-created' : 'due'
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((one) => one === value)
}

// The router reads ?q=12 as a number.
function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The filter with one value set, or left out when there is none. */
export function withValue<K extends keyof TaskFilter>(
  filter: TaskFilter,
  key: K,
  value: TaskFilter[K] | undefined,
): TaskFilter {
  const { [key]: _old, ...rest } = filter
  return value === undefined ? rest : { ...rest, [key]: value }
}
