import { useInfiniteQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { ApiError } from '@/api/client'
import type { Task } from '@/api/tasks'
import { useHotkeys } from '@/lib/useHotkeys'
import { useNow } from '@/lib/useNow'
import { wallClock } from '@/lib/zonedTime'
import { Button } from '@/ui/Button'
import { BranchList } from './BranchList'
import { BulkBar } from './BulkBar'
import { sortOf, type TaskFilter, toListQuery } from './filter'
import { groupByDue } from './groups'
import { NoTasks } from './NoTasks'
import { taskQueries } from './queries'
import { SortableBranches } from './SortableBranches'
import { extended, NOTHING_SELECTED, toggled } from './selection'
import { TaskListSkeleton } from './TaskListSkeleton'
import type { TaskActions } from './taskActions'
import { branchesOf, inOrder } from './tree'
import { useTaskFocus } from './useTaskFocus'

type Props = {
  zone: string
  filter: TaskFilter
  actions: TaskActions
  onFilterClear: () => void
}

export function TaskList({ zone, filter, actions, onFilterClear }: Props) {
  const now = useNow()
  const query = toListQuery(filter, wallClock(now, zone).day)
  const list = useInfiniteQuery(taskQueries.list(query))
  const tasks = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const sort = sortOf(filter)
  const groups = useMemo(() => {
    const cut = sort === 'due' ? groupByDue(tasks, now, zone) : [{ name: '', tasks }]
    return cut.map(({ name, tasks: members }) => ({ name, branches: branchesOf(members) }))
  }, [tasks, sort, now, zone])
  const selection = useSelection(groups.flatMap(({ branches }) => inOrder(branches)))
  const region = useTaskFocus(tasks, actions, selection.select)

  if (list.isPending) return <TaskListSkeleton />
  if (list.error instanceof ApiError && list.error.code === 'filter_invalid') {
    return (
      <p className="py-16 text-center text-sm text-muted-fg">
        The query has to be put right first.
      </p>
    )
  }
  if (!list.data) return <LoadError error={list.error} onRetry={() => list.refetch()} />
  if (tasks.length === 0) return <NoTasks filter={filter} onFilterClear={onFilterClear} />

  const Branches =
    sort === 'position' && selection.tasks.length === 0 ? SortableBranches : BranchList
  const context = {
    now,
    zone,
    actions,
    onSelect: selection.select,
    selectedIds: selection.ids,
    titles: new Map(tasks.map(({ id, title }) => [id, title])),
    parents: new Set(tasks.map((task) => task.parent_id)),
  }
  return (
    <div ref={region} aria-busy={list.isPlaceholderData} className="grid gap-4">
      {groups.map(({ name, branches }) => (
        <section key={name} aria-label={name || 'Tasks'}>
          {name && (
            <h2 className="px-2.5 pb-1 text-xs font-semibold text-muted-fg">
              {name} <span className="font-normal tabular-nums">{inOrder(branches).length}</span>
            </h2>
          )}
          <Branches branches={branches} context={context} />
        </section>
      ))}
      <div className="flex items-center justify-center gap-3 text-xs text-muted-fg">
        <span>{countText(tasks.length, list.data.pages.at(-1))}</span>
        {list.hasNextPage && (
          <Button size="sm" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        )}
      </div>
      {selection.tasks.length > 0 && (
        <BulkBar tasks={selection.tasks} onAll={selection.all} onClear={selection.clear} />
      )}
    </div>
  )
}

/** Which of the tasks, in the order of the list, are selected. */
function useSelection(order: readonly Task[]) {
  const [selection, setSelection] = useState(NOTHING_SELECTED)
  const latest = useRef(order)
  useLayoutEffect(() => {
    latest.current = order
  })

  const select = useCallback((task: Task, isRange: boolean) => {
    const ids = latest.current.map(({ id }) => id)
    setSelection((old) => (isRange ? extended(old, task.id, ids) : toggled(old, task.id)))
  }, [])
  const clear = useCallback(() => setSelection(NOTHING_SELECTED), [])
  const tasks = order.filter(({ id }) => selection.ids.has(id))
  useHotkeys(tasks.length > 0 ? { Escape: clear } : {})

  return {
    tasks,
    // What has left the list is not acted on: whoever selects sees what they select.
    ids: tasks.length > 0 ? selection.ids : NOTHING_SELECTED.ids,
    select,
    clear,
    all: () => setSelection({ ids: new Set(order.map(({ id }) => id)), from: null }),
  }
}

type Count = { total: number; total_is_exact: boolean }

function countText(shown: number, page: Count | undefined): string {
  const { total = shown, total_is_exact: isExact = true } = page ?? {}
  if (!isExact) return `${shown} of more than ${total.toLocaleString('en')} tasks`
  if (shown < total) return `${shown} of ${total.toLocaleString('en')} tasks`
  return total === 1 ? '1 task' : `${total} tasks`
}

function LoadError({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  return (
    <div role="alert" className="grid justify-items-center gap-2 py-16 text-center">
      <p className="text-sm font-medium">Your tasks could not be loaded</p>
      <p className="text-sm text-muted-fg">{error?.message}</p>
      <Button onClick={onRetry} className="mt-2">
        <RefreshCw aria-hidden />
        Try again
      </Button>
    </div>
  )
}
