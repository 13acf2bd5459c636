import { Plus } from 'lucide-react'
import { type FocusEvent, type FormEvent, type RefObject, useState } from 'react'
import { ApiError } from '@/api/client'
import type { NewTask, Priority, Task } from '@/api/tasks'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'
import { Select } from '@/ui/Select'
import { useToast } from '@/ui/Toast'
import { readTags } from './draft'
import { dueText } from './due'
import { PRIORITIES } from './filter'
import { dateLocale } from './locale'
import { namedOptions, PRIORITY_NAMES } from './names'
import { useCreateTask } from './queries'

const MAX_TITLE = 255
const EMPTY = { title: '', due: '', tags: '', priority: 'medium' as Priority }

type Props = {
  zone: string
  input: RefObject<HTMLInputElement | null>
  /** Opens the task just added: in a long list it may be out of sight. */
  onEdit: (task: Task) => void
}

export function QuickAdd({ zone, input, onEdit }: Props) {
  const [fields, setFields] = useState(EMPTY)
  const [open, setOpen] = useState(false)
  const create = useCreateTask()
  const toast = useToast()
  const set = (change: Partial<typeof EMPTY>) => setFields((old) => ({ ...old, ...change }))

  function submit(event: FormEvent) {
    event.preventDefault()
    if (fields.title.trim() === '' || create.isPending) return
    create.mutate(newTask(fields), {
      onSuccess: (task) => {
        setFields(EMPTY)
        toast(addedText(task, zone), 'neutral', { label: 'Edit', run: () => onEdit(task) })
        input.current?.focus()
      },
    })
  }

  const dueError = isDueError(create.error) ? create.error.message : undefined
  return (
    <form
      onSubmit={submit}
      onFocus={() => setOpen(true)}
      onBlur={(event) => isLeft(event) && isEmpty(fields) && setOpen(false)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        setOpen(false)
        input.current?.blur()
      }}
      className="rounded-xl border bg-surface shadow-xs transition-colors focus-within:border-line-strong"
    >
      <div className="flex items-center gap-1 pr-1.5 pl-3">
        <Plus aria-hidden className="size-4 shrink-0 text-accent-text" />
        <input
          ref={input}
          aria-label="New task"
          placeholder="Add a task"
          value={fields.title}
          maxLength={MAX_TITLE}
          enterKeyHint="done"
          autoComplete="off"
          onChange={(event) => set({ title: event.target.value })}
          className="h-11 min-w-0 grow bg-transparent px-1.5 text-sm outline-none max-sm:text-base"
        />
        {open ? (
          <Button
            type="submit"
            variant="primary"
            size="sm"
            disabled={create.isPending}
            className="h-8 px-3"
          >
            Add
          </Button>
        ) : (
          <span aria-hidden className="pr-1.5 pointer-coarse:hidden">
            <Kbd>n</Kbd>
          </span>
        )}
      </div>
      {open && (
        <div className="grid gap-3 border-t px-3 py-3 sm:grid-cols-[1.3fr_0.8fr_1.2fr]">
          <Field label="Due" error={dueError}>
            {(control) => (
              <Input
                {...control}
                placeholder="tomorrow 5pm"
                value={fields.due}
                onChange={(event) => set({ due: event.target.value })}
              />
            )}
          </Field>
          <Field label="Priority">
            {({ id }) => (
              <Select
                id={id}
                options={namedOptions(PRIORITIES, PRIORITY_NAMES)}
                value={fields.priority}
                onChange={(priority) => set({ priority })}
              />
            )}
          </Field>
          <Field label="Tags">
            {(control) => (
              <Input
                {...control}
                placeholder="work, home"
                value={fields.tags}
                onChange={(event) => set({ tags: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
      {create.error && !dueError && (
        <div className="px-3 pb-3">
          <Alert>{create.error.message}</Alert>
        </div>
      )}
    </form>
  )
}

/** Whether the focus goes elsewhere; the list of a select is drawn outside the form. */
function isLeft({ currentTarget, relatedTarget }: FocusEvent): boolean {
  if (!(relatedTarget instanceof Element)) return true
  return !currentTarget.contains(relatedTarget) && !relatedTarget.closest('[role=listbox]')
}

function isEmpty({ title, due, tags, priority }: typeof EMPTY): boolean {
  return title + due + tags === '' && priority === EMPTY.priority
}

function newTask({ title, due, tags, priority }: typeof EMPTY): NewTask {
  return {
    title: title.trim(),
    description: '',
    status: 'todo',
    priority,
    tags: readTags(tags),
    ...(due.trim() && { due: due.trim() }),
  }
}

function isDueError(error: Error | null): error is ApiError {
  return error instanceof ApiError && error.code.startsWith('due_')
}

/** Says what the server made of the words for the due date. */
function addedText({ number, due }: Task, zone: string): string {
  if (due === null) return `Added #${number}`
  return `Added #${number}, due ${dueText(due, { now: new Date(), zone, locale: dateLocale() })}`
}
