import { type MouseEvent, memo, type ReactNode } from 'react'
import type { Task } from '@/api/tasks'
import { cn } from '@/lib/cn'
import { useLongPress } from '@/lib/useLongPress'
import { CompletionBox } from './CompletionBox'
import { TaskFacts } from './TaskFacts'
import { TaskMenu } from './TaskMenu'
import type { TaskActions } from './taskActions'

export type RowContext = {
  now: Date
  zone: string
  actions: TaskActions
  /** A range goes from the task selected last to this one. */
  onSelect: (task: Task, isRange: boolean) => void
}

type Props = RowContext & {
  task: Task
  /** Null as long as no task is selected. */
  selected: boolean | null
  /** The title of the task above, for a subtask that stands alone; empty where it is not known. */
  above: string | null
  hasChildren: boolean
  /** What it is dragged by. */
  handle?: ReactNode
}

export const TaskRow = memo(function TaskRow({ task, selected, handle, ...rest }: Props) {
  const { actions, onSelect, ...facts } = rest
  const done = task.status === 'done'
  const longPress = useLongPress(() => onSelect(task, false))

  function open(event: MouseEvent) {
    if (event.shiftKey || selected !== null) onSelect(task, event.shiftKey)
    else actions.edit(task)
  }

  return (
    <div
      {...longPress}
      className={cn(
        'group/row relative flex items-start gap-1 rounded-lg pr-1 pl-1 transition-colors focus-within:bg-muted hover:bg-muted',
        selected && 'bg-accent-soft focus-within:bg-accent-soft hover:bg-accent-soft',
      )}
    >
      {handle}
      {selected !== null && (
        <label className="relative z-10 grid size-8 shrink-0 cursor-pointer place-items-center self-center">
          <input
            type="checkbox"
            aria-label={`Select #${task.number} ${task.title}`}
            checked={selected}
            onChange={() => onSelect(task, false)}
            className="size-4 accent-accent"
          />
        </label>
      )}
      <div className="pt-1">
        <CompletionBox task={task} onChange={(completed) => actions.complete(task, completed)} />
      </div>
      <div className="min-w-0 grow py-2">
        <button
          type="button"
          data-task-id={task.id}
          onClick={open}
          className={cn(
            'line-clamp-2 text-left text-sm/5 break-words select-none after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-text',
            done && 'text-muted-fg line-through decoration-control',
          )}
        >
          {task.title}
        </button>
        <TaskFacts task={task} {...facts} />
      </div>
      <TaskMenu task={task} actions={actions} onSelect={() => onSelect(task, false)} />
    </div>
  )
})
