import { useInfiniteQuery } from '@tanstack/react-query'
import { ArchiveRestore } from 'lucide-react'
import { dateLocale } from '@/lib/locale'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'
import { useRestoreTask } from './commands'
import { taskQueries } from './queries'
import { useTaskChanges } from './useTaskChanges'

type Props = { zone: string }

/** What was deleted, to be taken out again. */
export function TrashView({ zone }: Props) {
  const trash = useInfiniteQuery(taskQueries.trash())
  const restore = useRestoreTask()
  useTaskChanges()

  if (trash.isPending) return <Skeleton className="h-12" />
  if (!trash.data) return <Alert>{trash.error.message}</Alert>
  const tasks = trash.data.pages.flatMap((page) => page.items)
  if (tasks.length === 0) return <p className="text-sm text-muted-fg">The trash is empty.</p>

  const format = new Intl.DateTimeFormat(dateLocale(), { dateStyle: 'medium', timeZone: zone })
  return (
    <>
      <ul aria-label="Deleted tasks" className="divide-y rounded-xl border bg-surface">
        {tasks.map((task) => (
          <li key={task.id} className="flex items-center gap-3 px-4 py-2.5">
            <div className="min-w-0 grow">
              <p className="truncate text-sm">{task.title}</p>
              <p className="text-xs text-muted-fg">
                <span className="tabular-nums">#{task.number}</span>
                {task.deleted_at && `, deleted ${format.format(new Date(task.deleted_at))}`}
              </p>
            </div>
            <Button
              size="sm"
              aria-label={`Restore #${task.number} ${task.title}`}
              disabled={restore.isPending}
              onClick={() => restore.mutate(task)}
            >
              <ArchiveRestore aria-hidden />
              Restore
            </Button>
          </li>
        ))}
      </ul>
      {trash.hasNextPage && (
        <Button className="justify-self-center" onClick={() => trash.fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  )
}
