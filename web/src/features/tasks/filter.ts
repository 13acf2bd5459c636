import type { Priority, Sort, Status, TaskListQuery } from '@/api/tasks'
import { addDays } from '@/lib/zonedTime'

export const VIEWS = ['open', 'in_progress', 'done', 'all'] as const
export const PRIORITIES = ['high', 'medium', 'low'] as const satisfies readonly Priority[]
export const DUE_RANGES = ['overdue', 'today', 'week'] as const
const SORTS = [
  'due',
  'position',
  'priority',
  '-created',
  'created',
  'title',
  'relevance',
] as const satisfies Sort[]

export type View = (typeof VIEWS)[number]
export type DueRange = (typeof DUE_RANGES)[number]
export type ListSort = (typeof SORTS)[number]

/** What the list shows, as it stands in the URL; what is left out has its default. */
export type TaskFilter = {
  view?: Exclude<View, 'open'>
  priority?: Priority
  tag?: string
  due?: DueRange
  /** The id of a project. */
  project?: string
  /** Words of the query language. */
  filter?: string
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
  const project = text(search.project)
  const filter = text(search.filter)
  const q = text(search.q)
  return {
    ...(view && view !== 'open' && { view }),
    ...(priority && { priority }),
    ...(tag && { tag }),
    ...(due && { due }),
    ...(project && { project }),
    ...(filter && { filter }),
    ...(q && { q }),
    ...(sort && isOffered(sort, q) && sort !== defaultSort(view, q) && { sort }),
  }
}

/** The orders to choose from: how well tasks fit can only be told where words are looked for. */
export function offeredSorts({ q }: TaskFilter): ListSort[] {
  return SORTS.filter((sort) => isOffered(sort, q))
}

function isOffered(sort: ListSort, q: string | undefined): boolean {
  return sort !== 'relevance' || Boolean(q)
}

/** What to ask of the server; `today` is YYYY-MM-DD where the person is. */
export function toListQuery(filter: TaskFilter, today: string): TaskListQuery {
  const { view = 'open', priority, tag, project, q } = filter
  const status = STATUSES[view]
  const words = queryWords(filter)
  return {
    sort: sortOf(filter),
    ...(status.length > 0 && { status }),
    ...(priority && { priority: [priority] }),
    ...(tag && { tag }),
    ...(project && { project }),
    ...(words && { filter: words }),
    ...(filter.due === 'today' && { due_before: today }),
    ...(filter.due === 'week' && { due_after: today, due_before: addDays(today, 6) }),
    ...(q && { q }),
  }
}

const OVERDUE = 'overdue & '

function queryWords({ due, filter }: TaskFilter): string | undefined {
  if (due !== 'overdue') return filter
  return filter ? `${OVERDUE}(${filter})` : 'overdue'
}

/** Where in the person's own words the server found a mistake, from its column in what it was sent. */
export function columnInFilter({ due }: TaskFilter, column: number): number {
  return due === 'overdue' ? column - OVERDUE.length - 1 : column
}

/** The order of the list, chosen or not. */
export function sortOf({ view, sort, q }: TaskFilter): ListSort {
  return sort && isOffered(sort, q) ? sort : defaultSort(view, q)
}

/** Whether anything but the view and the order narrows the list. */
export function isNarrowed({ priority, tag, due, project, filter, q }: TaskFilter): boolean {
  return Boolean(priority || tag || due || project || filter || q)
}

// When something was due says little once it is done.
function defaultSort(view: View | undefined, q: string | undefined): ListSort {
  if (q) return 'relevance'
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
