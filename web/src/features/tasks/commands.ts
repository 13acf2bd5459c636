import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, readChange } from '@/api/client'
import { refetchTasks } from '@/api/queryKeys'
import type { BulkEdit, NewTask, Task, TaskChange } from '@/api/tasks'
import { useHistory } from '@/features/history/history'
import { dateLocale } from '@/lib/locale'
import { useToast } from '@/ui/Toast'
import { type Beside, moveTask, type Pages, removeTask, replaceTask } from './cache'
import { dueText } from './due'
import { LISTS, patchLists } from './queries'

/** How long a task just completed stays in a list that it no longer belongs to. */
const LINGER_MS = 900

function refetchSoon(client: QueryClient): void {
  setTimeout(() => refetchTasks(client), LINGER_MS)
}

function pathOf({ id }: { id: string }) {
  return { path: { task_id: id } }
}

/** Opens the task just added: in a long list it may be out of sight. */
type Added = { onEdit?: (task: Task) => void }

export function useCreateTask({ onEdit }: Added = {}) {
  const client = useQueryClient()
  const { tell } = useHistory()
  return useMutation({
    mutationFn: (body: NewTask) => readChange(api.POST('/api/tasks', { body })),
    onSuccess: ({ data, changeSet }) => {
      const action = onEdit && { label: 'Edit', run: () => onEdit(data) }
      tell({ changeSet, text: `Added #${data.number}${dueWords(data)}`, ...(action && { action }) })
      return refetchTasks(client)
    },
  })
}

type Edit = { task: Task; change: TaskChange }

export function useUpdateTask() {
  const client = useQueryClient()
  const { tell } = useHistory()
  return useMutation({
    mutationFn: ({ task, change }: Edit) =>
      readChange(api.PATCH('/api/tasks/{task_id}', { params: pathOf(task), body: change })),
    onSuccess: ({ data, changeSet }) => {
      patchLists(client, (pages) => replaceTask(pages, data))
      tell({ changeSet, text: `Saved #${data.number}` })
      refetchSoon(client)
    },
  })
}

/** Ticks at once, and unticks again if the server refuses. */
export function useCompleteTask() {
  const client = useQueryClient()
  const { tell } = useHistory()
  const toast = useToast()
  return useMutation({
    mutationFn: ({ task, completed }: { task: Task; completed: boolean }) =>
      readChange(
        api.POST('/api/tasks/{task_id}/complete', { params: pathOf(task), body: { completed } }),
      ),
    onMutate: async ({ task, completed }) => {
      await client.cancelQueries({ queryKey: LISTS })
      const status = completed ? 'done' : 'todo'
      patchLists(client, (pages) => replaceTask(pages, { ...task, status }))
    },
    onError: (error, { task }) => {
      patchLists(client, (pages) => replaceTask(pages, task))
      toast(error.message, 'danger')
    },
    onSuccess: ({ data, changeSet }, { completed }) => {
      patchLists(client, (pages) => replaceTask(pages, data))
      const next = data.next_task
        ? `; the next one is #${data.next_task.number}${dueWords(data.next_task)}`
        : ''
      const verb = completed ? 'Completed' : 'Opened'
      tell({ changeSet, text: `${verb} #${data.number}${next}` })
    },
    onSettled: () => refetchSoon(client),
  })
}

/** To the trash, at once. */
export function useDeleteTask() {
  const client = useQueryClient()
  const { tell } = useHistory()
  const toast = useToast()
  return useMutation({
    mutationFn: (task: Task) =>
      readChange(api.DELETE('/api/tasks/{task_id}', { params: pathOf(task) })),
    onMutate: async (task) => {
      await client.cancelQueries({ queryKey: LISTS })
      patchLists(client, (pages) => removeTask(pages, task.id))
    },
    onError: (error) => toast(error.message, 'danger'),
    onSuccess: ({ changeSet }, { number }) => tell({ changeSet, text: `Deleted #${number}` }),
    onSettled: () => refetchTasks(client),
  })
}

export function useRestoreTask() {
  const client = useQueryClient()
  const { tell } = useHistory()
  const toast = useToast()
  return useMutation({
    mutationFn: (task: Task) =>
      readChange(api.POST('/api/tasks/{task_id}/restore', { params: pathOf(task) })),
    onError: (error) => toast(error.message, 'danger'),
    onSuccess: ({ data, changeSet }) => tell({ changeSet, text: `Restored #${data.number}` }),
    onSettled: () => refetchTasks(client),
  })
}

export function useSkipTask() {
  const client = useQueryClient()
  const { tell } = useHistory()
  const toast = useToast()
  return useMutation({
    mutationFn: (task: Task) =>
      readChange(api.POST('/api/tasks/{task_id}/skip', { params: pathOf(task) })),
    onError: (error) => toast(error.message, 'danger'),
    onSuccess: ({ data, changeSet }) => {
      patchLists(client, (pages) => replaceTask(pages, data))
      tell({ changeSet, text: `Skipped #${data.number}${dueWords(data)}` })
    },
    onSettled: () => refetchSoon(client),
  })
}

type Move = { task: Task; beside: Beside }

/** Stands in its new place at once; back in the old one when the server refuses. */
export function useMoveTask() {
  const client = useQueryClient()
  const { tell } = useHistory()
  const toast = useToast()
  return useMutation({
    mutationFn: ({ task, beside }: Move) =>
      readChange(api.POST('/api/tasks/{task_id}/move', { params: pathOf(task), body: beside })),
    onMutate: async ({ task, beside }) => {
      await client.cancelQueries({ queryKey: LISTS })
      const before = client.getQueriesData<Pages>({ queryKey: LISTS })
      patchLists(client, (pages) => moveTask(pages, task.id, beside))
      return { before }
    },
    onError: (error, _move, context) => {
      for (const [key, pages] of context?.before ?? []) client.setQueryData(key, pages)
      toast(error.message, 'danger')
    },
    onSuccess: ({ data, changeSet }) => tell({ changeSet, text: `Moved #${data.number}` }),
    onSettled: () => refetchTasks(client),
  })
}

export type BulkChange = Partial<BulkEdit> & Pick<BulkEdit, 'action'>

export function useBulkEdit() {
  const client = useQueryClient()
  const { tell } = useHistory()
  return useMutation({
    mutationFn: ({ ids, change }: { ids: readonly string[]; change: BulkChange; text: string }) =>
      readChange(
        api.POST('/api/tasks/bulk', {
          body: { confirm: false, add_tags: [], remove_tags: [], ...change, tasks: [...ids] },
        }),
      ),
    onSuccess: ({ data }, { text }) => {
      const count = data.changed === 1 ? '1 task' : `${data.changed} tasks`
      const changeSet = data.changed > 0 ? data.change_set_id : null
      tell({ changeSet, text: `${text} ${count}` })
      // Not waited for: whoever asked for it goes on at once.
      void refetchTasks(client)
    },
  })
}

/** Says what the server made of the words for the due date. */
function dueWords({ due, timezone }: Task): string {
  if (due === null) return ''
  return `, due ${dueText(due, { now: new Date(), zone: timezone, locale: dateLocale() })}`
}
