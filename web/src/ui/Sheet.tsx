import { Dialog as Base } from '@base-ui/react/dialog'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { Button } from './Button'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Names the sheet for screen readers. */
  title: string
  /** What is behind it, on the button that closes it. */
  back: string
  /** Where it comes from. */
  side?: keyof typeof SIDES
  children: ReactNode
}

const SIDES = {
  left: 'left-0 max-w-72 data-ending-style:-translate-x-full data-starting-style:-translate-x-full',
  right:
    'right-0 max-w-[27rem] data-ending-style:translate-x-full data-starting-style:translate-x-full',
}

/** A panel that slides over the page, at most as wide as a phone. */
export function Sheet({ open, onOpenChange, title, back, side = 'right', children }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-overlay transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={cn(
            'fixed inset-y-0 z-40 grid w-full grid-rows-[auto_minmax(0,1fr)] bg-surface shadow-popup transition-transform duration-200 outline-none',
            SIDES[side],
          )}
        >
          <div className="border-b px-2 py-1.5">
            <Base.Title className="sr-only">{title}</Base.Title>
            <Base.Close render={<Button variant="ghost" className="px-2" />}>
              <ArrowLeft aria-hidden />
              {back}
            </Base.Close>
          </div>
          <div className="min-h-0">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
