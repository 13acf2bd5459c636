import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import { cn } from '@/lib/cn'
import { FIELD } from './Input'
import { POPUP, POPUP_ITEM } from './popup'

type SelectOption<T extends string> = { value: T; label: string }

type Props<T extends string> = {
  options: readonly SelectOption<T>[]
  value: T
  onChange: (value: T) => void
  id?: string
  /** Needed where no <label> names it. */
  'aria-label'?: string
  className?: string
  disabled?: boolean
}

export function Select<T extends string>({ options, value, onChange, id, ...rest }: Props<T>) {
  const { className, 'aria-label': label, disabled = false } = rest
  return (
    <Base.Root
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next !== null && onChange(next as T)}
    >
      <Base.Trigger
        {...(id === undefined ? {} : { id })}
        aria-label={label}
        className={cn(
          FIELD,
          'flex h-9 items-center justify-between gap-2 text-left whitespace-nowrap hover:bg-muted',
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="text-muted-fg [&_svg]:size-3.5">
          <ChevronsUpDown />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className={cn(POPUP, 'min-w-(--anchor-width)')}>
            <Base.List>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  className={cn(POPUP_ITEM, 'justify-between')}
                >
                  <Base.ItemText>{option.label}</Base.ItemText>
                  <Base.ItemIndicator className="text-accent-text">
                    <Check />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
