import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query'
import { api, read } from '@/api/client'
import { QUERY_KEYS } from '@/api/queryKeys'
import type { TaskListQuery } from '@/api/tasks'
import type { Pages } from './cache'

const ALL = QUERY_KEYS.tasks
export const LISTS = [...ALL, 'list'] as const

const MOST_SUBTASKS = 100

export const taskQueries = {
  list: (query: TaskListQuery) =>
    infiniteQueryOptions({
      queryKey: [...LISTS, query],
      queryFn: ({ pageParam, signal }) =>
        read(
          api.GET('/api/tasks', {
            params: { query: { ...query, ...(pageParam && { cursor: pageParam }) } },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      // Nobody followed the changes while the list was not on the page.
      refetchOnMount: 'always',
    }),

  trash: () =>
    infiniteQueryOptions({
      queryKey: [...ALL, 'trash'],
      queryFn: ({ pageParam, signal }) =>
        read(
          api.GET('/api/tasks/trash', {
            params: { query: { ...(pageParam && { cursor: pageParam }) } },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      refetchOnMount: 'always',
    }),

  /** By its id or its number. */
  one: (reference: string) =>
    queryOptions({
      queryKey: [...ALL, 'one', reference],
      queryFn: ({ signal }) =>
        read(api.GET('/api/tasks/{task_id}', { params: { path: { task_id: reference } }, signal })),
    }),

  /** What stands directly below a task, done or not. */
  subtasks: (id: string) =>
    queryOptions({
      queryKey: [...ALL, 'subtasks', id],
      queryFn: async ({ signal }) => {
        const query = { parent_id: id, sort: 'position', limit: MOST_SUBTASKS } as const
        return (await read(api.GET('/api/tasks', { params: { query }, signal }))).items
      },
      refetchOnMount: 'always',
    }),

  count: (query: TaskListQuery) =>
    queryOptions({
      queryKey: [...ALL, 'count', query],
      queryFn: ({ signal }) =>
        read(api.GET('/api/tasks', { params: { query: { ...query, limit: 1 } }, signal })),
    }),

  tags: () =>
    queryOptions({
      queryKey: [...ALL, 'tags'],
      queryFn: async ({ signal }) => (await read(api.GET('/api/tags', { signal }))).items,
      refetchOnMount: 'always',
    }),
}

export function patchLists(client: QueryClient, patch: (pages: Pages) => Pages): void {
  client.setQueriesData<Pages>({ queryKey: LISTS }, (pages) => pages && patch(pages))
}
