import { SkipForward } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { ApiError } from '@/api/client'
import type { Scope, Task, TaskChange } from '@/api/tasks'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ClashList } from './ClashList'
import { useUpdateTask } from './commands'
import { type Clash, changeBetween, type Draft, draftOf, needsScope, rebase } from './draft'
import { ScopeQuestion } from './ScopeQuestion'
import { SubtaskList } from './SubtaskList'
import { TaskFields } from './TaskFields'
import type { TaskActions } from './taskActions'
import { UntrustedMark } from './UntrustedMark'
import { rowOf } from './useTaskFocus'

type Props = {
  task: Task
  zone: string
  actions: TaskActions
  /** Begins with the field for a new subtask. */
  addsBelow: boolean
  onClose: () => void
}

export function TaskEditor({ task, zone, actions, addsBelow, onClose }: Props) {
  const [base, setBase] = useState(task)
  const [draft, setDraft] = useState(() => draftOf(task, zone))
  const [clashes, setClashes] = useState<readonly Clash[] | null>(null)
  const [asked, setAsked] = useState<TaskChange | null>(null)
  const update = useUpdateTask()
  const title = useRef<HTMLInputElement>(null)
  const newSubtask = useRef<HTMLInputElement>(null)

  function change(part: Partial<Draft>) {
    setDraft((old) => ({ ...old, ...part }))
    // What was refused is not what stands there now.
    if (update.isError) update.reset()
  }

  function save(change: TaskChange) {
    update.mutate(
      { task: base, change },
      {
        onSuccess: onClose,
        onError: (error) => {
          setAsked(null)
          if (error instanceof ApiError && error.code === 'stale_version') {
            startFrom(error.details.current as Task)
          }
        },
      },
    )
  }

  function startFrom(newest: Task) {
    const moved = rebase(draftOf(base, zone), draft, draftOf(newest, zone))
    setBase(newest)
    setDraft(moved.draft)
    setClashes(moved.clashes)
    update.reset()
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    const wanted = changeBetween(base, draft, zone)
    if (wanted === null) onClose()
    else if (needsScope(base, wanted)) setAsked(wanted)
    else save(wanted)
  }

  function take({ field, theirs }: Clash) {
    change({ [field]: theirs })
    setClashes((all) => all?.filter((one) => one.field !== field) ?? null)
  }

  const act = (run: (task: Task) => void) => () => {
    run(base)
    onClose()
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      finalFocus={() => rowOf(task.id)}
      title={`Task #${base.number}`}
      initialFocus={addsBelow ? newSubtask : title}
      className="max-w-xl"
    >
      <form onSubmit={submit} className="mt-4 grid gap-4">
        {base.untrusted && <UntrustedMark isLong />}
        {clashes && <ClashList clashes={clashes} onTake={take} />}
        <TaskFields draft={draft} onChange={change} titleInput={title} error={update.error} />
        <SubtaskList task={base} onOpen={actions.edit} newInput={newSubtask} />
        {asked ? (
          <ScopeQuestion
            disabled={update.isPending}
            onCancel={() => setAsked(null)}
            onChoose={(scope: Scope) => save({ ...asked, scope })}
          />
        ) : (
          <div className="flex flex-wrap items-center justify-end gap-2 pt-1">
            <Button variant="danger" onClick={act(actions.remove)}>
              Delete
            </Button>
            {base.recurrence && (
              <Button onClick={act(actions.skip)}>
                <SkipForward aria-hidden />
                Skip this one
              </Button>
            )}
            <span className="grow" />
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={update.isPending}>
              {update.isPending ? 'Saving…' : 'Save'}
            </Button>
          </div>
        )}
      </form>
    </Dialog>
  )
}
