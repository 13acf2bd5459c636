import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ApiError } from '@/api/client'
import type { Task } from '@/api/tasks'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { changeBetween, type Draft, draftOf } from './draft'
import { fetchTask, useUpdateTask } from './queries'
import { TaskFields } from './TaskFields'
import { rowOf } from './useTaskFocus'

type Props = { task: Task; zone: string; onClose: () => void; onRemove: (task: Task) => void }

export function TaskEditor({ task, zone, onClose, onRemove }: Props) {
  const [base, setBase] = useState(task)
  const [draft, setDraft] = useState(() => draftOf(task, zone))
  const update = useUpdateTask()
  const title = useRef<HTMLInputElement>(null)

  function submit(event: FormEvent) {
    event.preventDefault()
    const change = changeBetween(base, draft, zone)
    if (change === null) onClose()
    else update.mutate({ id: base.id, change }, { onSuccess: onClose })
  }

  const startOver = useMutation({
    mutationFn: () => fetchTask(base.id),
    onSuccess: (newest) => {
      setBase(newest)
      setDraft(draftOf(newest, zone))
      update.reset()
    },
  })
  const error = startOver.error ?? update.error

  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      finalFocus={() => rowOf(task.id)}
      title={`Task #${base.number}`}
      initialFocus={title}
      className="max-w-xl"
    >
      <form onSubmit={submit} className="mt-4 grid gap-4">
        {error && <SaveError error={error} onStartOver={startOver.mutate} />}
        <TaskFields
          draft={draft}
          onChange={(change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }))}
          titleInput={title}
        />
        <div className="flex flex-wrap items-center justify-end gap-2 pt-1">
          <Button variant="danger" onClick={() => onRemove(base)} className="mr-auto">
            Delete…
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={update.isPending}>
            {update.isPending ? 'Saving…' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function SaveError({ error, onStartOver }: { error: Error; onStartOver: () => void }) {
  const isStale = error instanceof ApiError && error.status === 409
  return (
    <Alert>
      {error.message}
      {isStale && (
        <button type="button" onClick={onStartOver} className="ml-1 font-medium underline">
          Show the newest version
        </button>
      )}
    </Alert>
  )
}
