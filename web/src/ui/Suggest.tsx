import { Autocomplete as Base } from '@base-ui/react/autocomplete'
import { useState } from 'react'
import { cn } from '@/lib/cn'
import { FIELD } from './Input'
import { POPUP, POPUP_ITEM } from './popup'

type Props = {
  value: string
  onChange: (value: string) => void
  suggestions: readonly string[]
  id?: string
  placeholder?: string
  maxLength?: number
  className?: string
  'aria-label'?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean
}

/** A text field that suggests what is known; anything else can be typed as well. */
export function Suggest({ value, onChange, suggestions, className, ...input }: Props) {
  const [wanted, setWanted] = useState(false)
  const typed = value.trim().toLowerCase()
  const fitting = suggestions.filter((one) => one.toLowerCase().includes(typed))
  return (
    <Base.Root
      items={fitting}
      mode="none"
      value={value}
      onValueChange={(next) => onChange(next)}
      // While it is open, all else is hidden from screen readers: it must not be with nothing in it.
      open={wanted && fitting.length > 0}
      onOpenChange={(next) => setWanted(next)}
      openOnInputClick
    >
      <Base.Input {...input} className={cn(FIELD, 'h-9', className)} />
      <Base.Portal>
        <Base.Positioner align="start" sideOffset={6} className="z-50 outline-none">
          <Base.Popup className={cn(POPUP, 'w-(--anchor-width)')}>
            <Base.List>
              {(item: string) => (
                <Base.Item key={item} value={item} className={POPUP_ITEM}>
                  <span className="truncate">{item}</span>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
