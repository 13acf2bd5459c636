import { beforeText } from '@/lib/minutes'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'

const NONE = ''
const USUAL = ['0', '5', '15', '30', '60', '120', '1440', '2880', '10080']

type Props = {
  /** Minutes before the task is due; empty for none. */
  value: string
  onChange: (value: string) => void
  disabled: boolean
}

export function ReminderField({ value, onChange, disabled }: Props) {
  const minutes = [...new Set([...USUAL, ...(value === NONE ? [] : [value])])]
  minutes.sort((a, b) => Number(a) - Number(b))
  return (
    <Field label="Reminder" {...(disabled && { hint: 'Needs a due date.' })}>
      {({ id }) => (
        <Select
          id={id}
          disabled={disabled}
          options={[
            { value: NONE, label: 'None' },
            ...minutes.map((one) => ({ value: one, label: capitalized(beforeText(Number(one))) })),
          ]}
          value={value}
          onChange={onChange}
        />
      )}
    </Field>
  )
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
