import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, read } from '@/api/client'
import type { NewTask, Task, TaskChange, TaskListQuery } from '@/api/tasks'
import { type Pages, removeTask, replaceTask } from './cache'

const ALL = ['tasks'] as const
const LISTS = ['tasks', 'list'] as const

/** How long a task just completed stays in a list that it no longer belongs to. */
const LINGER_MS = 900

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

  tags: () =>
    queryOptions({
      queryKey: [...ALL, 'tags'],
      queryFn: ({ signal }) => read(api.GET('/api/tags', { signal })),
      refetchOnMount: 'always',
    }),
}

export function refetchTasks(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: ALL })
}

export function patchLists(client: QueryClient, patch: (pages: Pages) => Pages): void {
  client.setQueriesData<Pages>({ queryKey: LISTS }, (pages) => pages && patch(pages))
}

export function useCreateTask() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: NewTask) => read(api.POST('/api/tasks', { body })),
    onSuccess: () => refetchTasks(client),
  })
}

export function useUpdateTask() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: TaskChange }) =>
      read(api.PATCH('/api/tasks/{task_id}', { params: { path: { task_id: id } }, body: change })),
    onSuccess: (task) => {
      patchLists(client, (pages) => replaceTask(pages, task))
      setTimeout(() => refetchTasks(client), LINGER_MS)
    },
  })
}

/** Ticks at once, and unticks again if the server refuses. */
export function useCompleteTask() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ task, completed }: { task: Task; completed: boolean }) =>
      read(
        api.POST('/api/tasks/{task_id}/complete', {
          params: { path: { task_id: task.id } },
          body: { completed },
        }),
      ),
    onMutate: async ({ task, completed }) => {
      await client.cancelQueries({ queryKey: LISTS })
      const status = completed ? 'done' : 'todo'
      patchLists(client, (pages) => replaceTask(pages, { ...task, status }))
    },
    onError: (_error, { task }) => patchLists(client, (pages) => replaceTask(pages, task)),
    onSuccess: (task) => patchLists(client, (pages) => replaceTask(pages, task)),
    onSettled: () => {
      setTimeout(() => refetchTasks(client), LINGER_MS)
    },
  })
}

export function useDeleteTask() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      read(api.DELETE('/api/tasks/{task_id}', { params: { path: { task_id: id } } })),
    onSuccess: (_nothing, id) => {
      patchLists(client, (pages) => removeTask(pages, id))
      return refetchTasks(client)
    },
  })
}

/** The task as the server has it now, past every cache. */
export function fetchTask(id: string): Promise<Task> {
  return read(api.GET('/api/tasks/{task_id}', { params: { path: { task_id: id } } }))
}
