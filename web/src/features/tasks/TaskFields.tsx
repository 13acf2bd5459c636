import type { RefObject } from 'react'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Select } from '@/ui/Select'
import { Textarea } from '@/ui/Textarea'
import type { Draft } from './draft'
import { PRIORITIES } from './filter'
import { namedOptions, PRIORITY_NAMES, STATUS_NAMES } from './names'

const STATUSES = ['todo', 'in_progress', 'done'] as const
const MAX_TITLE = 255
const MAX_DESCRIPTION = 2_000

type Props = {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  titleInput: RefObject<HTMLInputElement | null>
}

export function TaskFields({ draft, onChange, titleInput }: Props) {
  return (
    <>
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
        <Field label="Due">
          {(control) => (
            <Input
              {...control}
              type="date"
              value={draft.day}
              onChange={({ target }) =>
                onChange({ day: target.value, ...(target.value === '' && { time: '' }) })
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
                disabled={draft.day === ''}
                value={draft.time}
                onChange={(event) => onChange({ time: event.target.value })}
              />
              <Button
                variant="ghost"
                disabled={draft.day === ''}
                onClick={() => onChange({ day: '', time: '' })}
              >
                Clear
              </Button>
            </div>
          )}
        </Field>
      </div>
      <Field label="Tags" hint="Separated by commas.">
        {(control) => (
          <Input
            {...control}
            value={draft.tags}
            onChange={(event) => onChange({ tags: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}
