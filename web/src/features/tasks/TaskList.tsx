import { useInfiniteQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useNow } from '@/lib/useNow'
import { wallClock } from '@/lib/zonedTime'
import { Button } from '@/ui/Button'
import { sortOf, type TaskFilter, toListQuery } from './filter'
import { groupByDue } from './groups'
import { NoTasks } from './NoTasks'
import { taskQueries } from './queries'
import { TaskListSkeleton } from './TaskListSkeleton'
import { TaskRow } from './TaskRow'
import type { TaskActions } from './taskActions'
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
  const tasks = list.data?.pages.flatMap((page) => page.items) ?? []
  const region = useTaskFocus(tasks, actions)

  if (list.isPending) return <TaskListSkeleton />
  if (!list.data) return <LoadError error={list.error} onRetry={() => list.refetch()} />
  if (tasks.length === 0) return <NoTasks filter={filter} onFilterClear={onFilterClear} />

  const total = list.data.pages.at(-1)?.total ?? tasks.length
  const groups = sortOf(filter) === 'due' ? groupByDue(tasks, now, zone) : [{ name: '', tasks }]
  return (
    <div ref={region} aria-busy={list.isPlaceholderData} className="grid gap-4">
      {groups.map(({ name, tasks: members }) => (
        <section key={name} aria-label={name || 'Tasks'}>
          {name && (
            <h2 className="px-2.5 pb-1 text-xs font-semibold text-muted-fg">
              {name} <span className="font-normal tabular-nums">{members.length}</span>
            </h2>
          )}
          <ul>
            {members.map((task) => (
              <TaskRow key={task.id} task={task} now={now} zone={zone} actions={actions} />
            ))}
          </ul>
        </section>
      ))}
      <div className="flex items-center justify-center gap-3 text-xs text-muted-fg">
        <span>{tasks.length < total ? `${tasks.length} of ${total} tasks` : countText(total)}</span>
        {list.hasNextPage && (
          <Button size="sm" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        )}
      </div>
    </div>
  )
}

function countText(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`
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
