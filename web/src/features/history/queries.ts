import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { ActivityPage } from '@/api/changes'
import { api, read } from '@/api/client'
import { QUERY_KEYS } from '@/api/queryKeys'

const NEWEST = 100

type Paging = { limit: number; cursor?: string }

async function fetchActivity(query: Paging, signal: AbortSignal): Promise<ActivityPage> {
  const page = await read(api.GET('/api/activity', { params: { query }, signal }))
  // The client's types take a pair for a list.
  return page as ActivityPage
}

export const historyQueries = {
  feed: () =>
    infiniteQueryOptions({
      queryKey: [...QUERY_KEYS.activity, 'feed'],
      queryFn: ({ pageParam, signal }) =>
        fetchActivity({ limit: 50, ...(pageParam && { cursor: pageParam }) }, signal),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchOnMount: 'always',
    }),

  newest: () =>
    queryOptions({
      queryKey: [...QUERY_KEYS.activity, 'newest'],
      queryFn: ({ signal }) => fetchActivity({ limit: NEWEST }, signal),
      refetchOnMount: 'always',
    }),
}

/** A change set may have touched anything. */
function refetchChanged(client: QueryClient): Promise<unknown> {
  const { tasks, projects, activity } = QUERY_KEYS
  return Promise.all(
    [tasks, projects, activity].map((queryKey) => client.invalidateQueries({ queryKey })),
  )
}

export type Way = 'undo' | 'redo'

export function useRevert() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ way, changeSet }: { way: Way; changeSet: string }) => {
      const path = { path: { change_set_id: changeSet } }
      return way === 'undo'
        ? read(api.POST('/api/undo/{change_set_id}', { params: path }))
        : read(api.POST('/api/redo/{change_set_id}', { params: path }))
    },
    onSettled: () => refetchChanged(client),
  })
}
