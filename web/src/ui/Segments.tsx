import type { LucideIcon } from 'lucide-react'
import { useId } from 'react'

type Segment<T extends string> = { value: T; label: string; Icon?: LucideIcon }

type Props<T extends string> = {
  /** Names the group for screen readers. */
  label: string
  options: readonly Segment<T>[]
  value: T
  onChange: (value: T) => void
}

/** A choice of few, all in view. */
export function Segments<T extends string>({ label, options, value, onChange }: Props<T>) {
  const name = useId()
  return (
    <fieldset className="flex max-w-full overflow-x-auto rounded-lg border border-line-strong bg-surface p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map(({ value: option, label: text, Icon }) => (
        <label
          key={option}
          className="flex h-8 cursor-pointer items-center gap-1.5 rounded-md px-2.5 text-sm text-muted-fg has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
        >
          <input
            type="radio"
            name={name}
            value={option}
            checked={value === option}
            onChange={() => onChange(option)}
            className="sr-only"
          />
          {Icon && <Icon aria-hidden className="size-4" />}
          {text}
        </label>
      ))}
    </fieldset>
  )
}
