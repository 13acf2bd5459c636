import { ArrowDown, Flag } from 'lucide-react'
import { memo } from 'react'
import type { Task } from '@/api/tasks'
import { cn } from '@/lib/cn'
import { Badge } from '@/ui/Badge'
import { CompletionBox } from './CompletionBox'
import { DueLabel } from './DueLabel'
import { TaskMenu } from './TaskMenu'
import type { TaskActions } from './taskActions'

type Props = { task: Task; now: Date; zone: string; actions: TaskActions }

export const TaskRow = memo(function TaskRow({ task, now, zone, actions }: Props) {
  const done = task.status === 'done'
  return (
    <li className="group/row relative flex items-start gap-1 rounded-lg pr-1 pl-1 transition-colors [contain-intrinsic-size:auto_3.25rem] [content-visibility:auto] focus-within:bg-muted hover:bg-muted">
      <div className="pt-1">
        <CompletionBox task={task} onChange={(completed) => actions.complete(task, completed)} />
      </div>
      <div className="min-w-0 grow py-2">
        <button
          type="button"
          data-task-id={task.id}
          onClick={() => actions.edit(task)}
          className={cn(
            'line-clamp-2 text-left text-sm/5 break-words after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-text',
            done && 'text-muted-fg line-through decoration-control',
          )}
        >
          {task.title}
        </button>
        <TaskFacts task={task} now={now} zone={zone} />
      </div>
      <TaskMenu task={task} actions={actions} />
    </li>
  )
})

function TaskFacts({ task, now, zone }: Omit<Props, 'actions'>) {
  return (
    <div className="mt-0.5 flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-muted-fg">
      <span className="tabular-nums">#{task.number}</span>
      {task.status === 'in_progress' && <Badge tone="accent">In progress</Badge>}
      <DueLabel task={task} now={now} zone={zone} />
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
      {task.tags.map((tag) => (
        <span key={tag} className="max-w-40 truncate">
          <span aria-hidden className="text-accent-text">
            #
          </span>
          {tag}
        </span>
      ))}
    </div>
  )
}
