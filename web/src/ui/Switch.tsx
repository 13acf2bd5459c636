import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'
import { cn } from '@/lib/cn'

type Props = {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
  /** The label is on the page already. */
  hideLabel?: boolean
}

export function Switch({ label, checked, onChange, disabled = false, hideLabel = false }: Props) {
  const id = useId()
  return (
    <div className="flex min-h-8 items-center gap-2.5">
      <Base.Root
        aria-labelledby={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next)}
        className="flex h-5 w-9 shrink-0 items-center rounded-full bg-control p-0.5 transition-colors data-checked:bg-accent data-disabled:opacity-55"
      >
        <Base.Thumb className="size-4 rounded-full bg-white shadow-sm transition-transform data-checked:translate-x-4" />
      </Base.Root>
      <span id={id} className={cn('text-[13px]', hideLabel && 'sr-only')}>
        {label}
      </span>
    </div>
  )
}
