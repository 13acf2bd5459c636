import type { RefObject } from 'react'
import { PRIORITY_NAMES, STATUS_NAMES } from '@/api/names'
import { ProjectPicker } from '@/features/projects/ProjectPicker'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Select } from '@/ui/Select'
import { Textarea } from '@/ui/Textarea'
import type { Draft } from './draft'
import { errorsByField } from './errors'
import { PRIORITIES } from './filter'
import { namedOptions } from './names'
import { ReminderField } from './ReminderField'
import { RepeatFields } from './RepeatFields'

const STATUSES = ['todo', 'in_progress', 'done'] as const
const MAX_TITLE = 255
const MAX_DESCRIPTION = 2_000
const NO_DATE: Partial<Draft> = { day: '', time: '', recurrence: '', remindBefore: '' }

type Props = {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  titleInput: RefObject<HTMLInputElement | null>
  /** Why the last save was refused; told at the field that it is about. */
  error: Error | null
}

export function TaskFields({ draft, onChange, titleInput, error }: Props) {
  const errors = errorsByField(error)
  const isUndated = draft.day === ''
  return (
    <>
      {errors.other && <Alert>{errors.other}</Alert>}
      <Field label="Title">
        {(control) => (
          <Input
            {...control}
            ref={titleInput}
            required
            maxLength={MAX_TITLE}
            value={draft.title}
            onChange={(event) => onChange({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description">
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            maxLength={MAX_DESCRIPTION}
            value={draft.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Status">
          {({ id }) => (
            <Select
              id={id}
              options={namedOptions(STATUSES, STATUS_NAMES)}
              value={draft.status}
              onChange={(status) => onChange({ status })}
            />
          )}
        </Field>
        <Field label="Priority">
          {({ id }) => (
            <Select
              id={id}
              options={namedOptions(PRIORITIES, PRIORITY_NAMES)}
              value={draft.priority}
              onChange={(priority) => onChange({ priority })}
            />
          )}
        </Field>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Due" error={errors.due}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={draft.day}
              onChange={({ target }) =>
                onChange(target.value === '' ? NO_DATE : { day: target.value })
              }
            />
          )}
        </Field>
        <Field label="Time">
          {(control) => (
            <div className="flex gap-2">
              <Input
                {...control}
                type="time"
                disabled={isUndated}
                value={draft.time}
                onChange={(event) => onChange({ time: event.target.value })}
              />
              <Button variant="ghost" disabled={isUndated} onClick={() => onChange(NO_DATE)}>
                Clear
              </Button>
            </div>
          )}
        </Field>
        <RepeatFields draft={draft} onChange={onChange} error={errors.recurrence} />
        <ReminderField
          disabled={isUndated}
          value={draft.remindBefore}
          onChange={(remindBefore) => onChange({ remindBefore })}
        />
        <ProjectPicker
          value={draft.project}
          onChange={(project) => onChange({ project })}
          error={errors.project}
        />
        <Field label="Tags" hint="Separated by commas." error={errors.tags}>
          {(control) => (
            <Input
              {...control}
              value={draft.tags}
              onChange={(event) => onChange({ tags: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  )
}
