import { useState } from 'react'
import { ruleText, usualRules } from '@/lib/recurrence'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Select } from '@/ui/Select'
import { Switch } from '@/ui/Switch'
import type { Draft } from './draft'

const NEVER = ''
const CUSTOM = 'custom'
const MAX_RULE = 200

type Props = {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  error?: string | undefined
}

/** By which rule a task repeats, in words; a rule of one's own as iCalendar writes it. */
export function RepeatFields({ draft, onChange, error }: Props) {
  const { recurrence, day } = draft
  const usual = day === '' ? [] : usualRules(day)
  const [isCustom, setCustom] = useState(false)
  const others = recurrence === NEVER || usual.includes(recurrence) ? [] : [recurrence]
  const options = [
    { value: NEVER, label: 'Never' },
    ...[...usual, ...(isCustom ? [] : others)].map((rule) => ({
      value: rule,
      label: ruleText(rule),
    })),
    { value: CUSTOM, label: 'Custom…' },
  ]

  function choose(value: string) {
    setCustom(value === CUSTOM)
    if (value !== CUSTOM) onChange({ recurrence: value })
  }

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-2">
      <Field
        label="Repeats"
        error={isCustom ? undefined : error}
        {...(day === '' && { hint: 'Needs a due date.' })}
      >
        {({ id }) => (
          <Select
            id={id}
            disabled={day === ''}
            options={options}
            value={isCustom ? CUSTOM : recurrence}
            onChange={choose}
          />
        )}
      </Field>
      {isCustom && (
        <Field label="Rule" hint={hintFor(recurrence)} error={error}>
          {(control) => (
            <Input
              {...control}
              spellCheck={false}
              autoCapitalize="characters"
              placeholder="FREQ=WEEKLY;BYDAY=MO,TH"
              maxLength={MAX_RULE}
              value={recurrence}
              onChange={(event) => onChange({ recurrence: event.target.value })}
              className="font-mono text-[13px]"
            />
          )}
        </Field>
      )}
      {recurrence !== NEVER && day !== '' && (
        <Switch
          label="Count from the day it is done"
          checked={draft.recurrenceFrom === 'completion'}
          onChange={(on) => onChange({ recurrenceFrom: on ? 'completion' : 'schedule' })}
        />
      )}
    </div>
  )
}

function hintFor(rule: string): string {
  const text = ruleText(rule)
  return text === rule ? 'As in calendars: FREQ=MONTHLY;BYDAY=2TU' : text
}
