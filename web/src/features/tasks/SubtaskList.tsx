import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import type { Task } from '@/api/tasks'
import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'
import { FIELD } from '@/ui/Input'
import { CompletionBox } from './CompletionBox'
import { useCompleteTask, useCreateTask } from './commands'
import { taskQueries } from './queries'

const MAX_TITLE = 255

type Props = {
  task: Task
  onOpen: (task: Task) => void
  newInput: RefObject<HTMLInputElement | null>
}

/** What stands below a task, with a field for more; every change counts at once. */
export function SubtaskList({ task, onOpen, newInput }: Props) {
  const { data: subtasks = [] } = useQuery(taskQueries.subtasks(task.id))
  const complete = useCompleteTask()
  const create = useCreateTask()
  const [title, setTitle] = useState('')
  const done = subtasks.filter(({ status }) => status === 'done').length

  function add() {
    if (title.trim() === '' || create.isPending) return
    const body = {
      title: title.trim(),
      description: '',
      status: 'todo',
      priority: 'medium',
      tags: [],
      recurrence_from: 'schedule',
      parent_id: task.id,
    } as const
    create.mutate({ ...body, tags: [] }, { onSuccess: () => setTitle('') })
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter') return
    // The field stands inside the form that saves the task.
    event.preventDefault()
    add()
  }

  return (
    <section aria-label="Subtasks" className="grid gap-1">
      <h3 className="text-[13px] font-medium">
        Subtasks{' '}
        {subtasks.length > 0 && (
          <span className="font-normal text-muted-fg tabular-nums">
            {done}/{subtasks.length}
          </span>
        )}
      </h3>
      <ul>
        {subtasks.map((one) => (
          <li key={one.id} className="flex items-center gap-1">
            <CompletionBox
              task={one}
              onChange={(completed) => complete.mutate({ task: one, completed })}
            />
            <button
              type="button"
              onClick={() => onOpen(one)}
              className={cn(
                'min-w-0 grow truncate rounded-md px-1 py-1 text-left text-sm hover:bg-muted',
                one.status === 'done' && 'text-muted-fg line-through',
              )}
            >
              {one.title}
            </button>
          </li>
        ))}
      </ul>
      <div className="flex gap-2">
        <input
          ref={newInput}
          aria-label="New subtask"
          placeholder="Add a subtask"
          value={title}
          maxLength={MAX_TITLE}
          onChange={(event) => setTitle(event.target.value)}
          onKeyDown={onKeyDown}
          className={cn(FIELD, 'h-9')}
        />
        <Button onClick={add} disabled={create.isPending || title.trim() === ''}>
          <Plus aria-hidden />
          Add
        </Button>
      </div>
      {create.error && (
        <p role="alert" className="text-xs text-danger">
          {create.error.message}
        </p>
      )}
    </section>
  )
}
