import { Plus } from 'lucide-react'
import { type FocusEvent, type FormEvent, type RefObject, useState } from 'react'
import { PRIORITY_NAMES } from '@/api/names'
import type { NewTask, Priority, Task } from '@/api/tasks'
import { ProjectPicker } from '@/features/projects/ProjectPicker'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'
import { Select } from '@/ui/Select'
import { useCreateTask } from './commands'
import { readTags } from './draft'
import { errorsByField } from './errors'
import { PRIORITIES } from './filter'
import { namedOptions } from './names'

const MAX_TITLE = 255
const EMPTY = { title: '', due: '', tags: '', project: '', priority: 'medium' as Priority }

type Fields = typeof EMPTY

type Props = {
  input: RefObject<HTMLInputElement | null>
  /** Opens the task just added: in a long list it may be out of sight. */
  onEdit: (task: Task) => void
  /** Where a task goes that names no project or tags: into the list that is looked at. */
  place: { project?: string; tag?: string }
}

export function QuickAdd({ input, onEdit, place }: Props) {
  const [fields, setFields] = useState(EMPTY)
  const [open, setOpen] = useState(false)
  const create = useCreateTask({ onEdit })
  const errors = errorsByField(create.error)
  const set = (change: Partial<Fields>) => setFields((old) => ({ ...old, ...change }))

  function submit(event: FormEvent) {
    event.preventDefault()
    if (fields.title.trim() === '' || create.isPending) return
    create.mutate(newTask(fields, place), {
      onSuccess: () => {
        setFields(EMPTY)
        input.current?.focus()
      },
    })
  }

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
        <div className="grid gap-3 border-t px-3 py-3 sm:grid-cols-2">
          <Field label="Due" error={errors.due}>
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
          <ProjectPicker
            value={fields.project}
            onChange={(project) => set({ project })}
            error={errors.project}
          />
          <Field label="Tags" error={errors.tags}>
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
      {errors.other && (
        <div className="px-3 pb-3">
          <Alert>{errors.other}</Alert>
        </div>
      )}
    </form>
  )
}

/** Whether the focus goes elsewhere; the list of a select is drawn outside the form. */
function isLeft({ currentTarget, relatedTarget }: FocusEvent): boolean {
  if (!(relatedTarget instanceof Element)) return true
  return (
    !currentTarget.contains(relatedTarget) &&
    !relatedTarget.closest('[role=listbox],[role=presentation]')
  )
}

function isEmpty({ title, due, tags, project, priority }: Fields): boolean {
  return title + due + tags + project === '' && priority === EMPTY.priority
}

function newTask(fields: Fields, place: Props['place']): NewTask {
  const { title, due, priority } = fields
  const tags = readTags(fields.tags)
  const project = fields.project.trim() || place.project
  return {
    title: title.trim(),
    description: '',
    status: 'todo',
    priority,
    tags: tags.length === 0 && place.tag ? [place.tag] : tags,
    recurrence_from: 'schedule',
    ...(project && { project }),
    ...(due.trim() && { due: due.trim() }),
  }
}
