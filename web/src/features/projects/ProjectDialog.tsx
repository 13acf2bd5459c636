import { type FormEvent, useState } from 'react'
import type { Project } from '@/api/projects'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { ColorDot, DYES } from '@/ui/ColorDot'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { useCreateProject, useEditProject } from './queries'

const MAX_NAME = 100

type Props = {
  /** The one to change; a new one without it. */
  project: Project | null
  onClose: () => void
}

export function ProjectDialog({ project, onClose }: Props) {
  const [name, setName] = useState(project?.name ?? '')
  const [color, setColor] = useState(project?.color ?? 'blue')
  const create = useCreateProject()
  const edit = useEditProject()
  const error = create.error ?? edit.error

  function submit(event: FormEvent) {
    event.preventDefault()
    const change = { name: name.trim(), color }
    if (change.name === '') return
    if (project === null) create.mutate(change, { onSuccess: onClose })
    else {
      const text = `Changed the project ${change.name}`
      edit.mutate({ project, change, text }, { onSuccess: onClose })
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={project ? 'Change the project' : 'New project'}
      className="max-w-sm"
    >
      <form onSubmit={submit} className="mt-4 grid gap-4">
        {error && <Alert>{error.message}</Alert>}
        <Field label="Name">
          {(control) => (
            <Input
              {...control}
              required
              maxLength={MAX_NAME}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset>
          <legend className="mb-1.5 text-[13px] font-medium">Colour</legend>
          <div className="flex flex-wrap gap-1">
            {DYES.map((dye) => (
              <label
                key={dye}
                title={dye}
                className="grid size-8 cursor-pointer place-items-center rounded-lg border border-transparent has-checked:border-control has-checked:bg-muted has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
              >
                <input
                  type="radio"
                  name="color"
                  value={dye}
                  aria-label={dye}
                  checked={color === dye}
                  onChange={() => setColor(dye)}
                  className="sr-only"
                />
                <ColorDot color={dye} className="size-4" />
              </label>
            ))}
          </div>
        </fieldset>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={create.isPending || edit.isPending}>
            {project ? 'Save' : 'Make it'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
