import { useQuery } from '@tanstack/react-query'
import { ArrowDown, Bell, CornerDownRight, Flag, Repeat } from 'lucide-react'
import type { Task } from '@/api/tasks'
import { ProjectName } from '@/features/projects/ProjectName'
import { beforeText } from '@/lib/minutes'
import { ruleText } from '@/lib/recurrence'
import { Badge } from '@/ui/Badge'
import { DueLabel } from './DueLabel'
import { taskQueries } from './queries'
import { TagList } from './TagList'
import { UntrustedMark } from './UntrustedMark'

type Props = {
  task: Task
  now: Date
  zone: string
  above: string | null
  hasChildren: boolean
}

/** What a row says below the title. */
export function TaskFacts({ task, now, zone, above, hasChildren }: Props) {
  return (
    <div className="mt-0.5 flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-muted-fg">
      <span className="tabular-nums">#{task.number}</span>
      {above !== null && (
        <span className="inline-flex max-w-48 min-w-0 items-center gap-1">
          <CornerDownRight aria-hidden className="size-3.5 shrink-0" />
          <span className="sr-only">Subtask of</span>
          <span className="truncate">{above || 'another task'}</span>
        </span>
      )}
      {hasChildren && <Progress id={task.id} />}
      {task.status === 'in_progress' && <Badge tone="accent">In progress</Badge>}
      <DueLabel task={task} now={now} zone={zone} />
      {task.recurrence && (
        <span className="inline-flex items-center gap-1" title={ruleText(task.recurrence)}>
          <Repeat aria-hidden className="size-3.5" />
          <span className="max-w-44 truncate max-sm:sr-only">{ruleText(task.recurrence)}</span>
        </span>
      )}
      {task.remind_before !== null && task.status !== 'done' && (
        <span title={`Reminder ${beforeText(task.remind_before)}`}>
          <Bell aria-hidden className="size-3.5" />
          <span className="sr-only">Reminder {beforeText(task.remind_before)}</span>
        </span>
      )}
      {task.priority === 'high' && (
        <span className="inline-flex items-center gap-1 text-danger">
          <Flag aria-hidden className="size-3.5" />
          High
        </span>
      )}
      {task.priority === 'low' && (
        <span className="inline-flex items-center gap-1">
          <ArrowDown aria-hidden className="size-3.5" />
          Low
        </span>
      )}
      {task.project_id !== null && task.project !== null && (
        <ProjectName id={task.project_id} name={task.project} />
      )}
      <TagList tags={task.tags} />
      {task.untrusted && <UntrustedMark />}
    </div>
  )
}

/** How many of the subtasks are done. */
function Progress({ id }: { id: string }) {
  const { data } = useQuery(taskQueries.subtasks(id))
  if (!data?.length) return null
  const done = data.filter(({ status }) => status === 'done').length
  return (
    <span className="tabular-nums">
      {done}/{data.length}
      <span className="sr-only"> subtasks done</span>
    </span>
  )
}
