import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { Button } from './Button'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  className?: string
  /** What has the focus when it opens; by default the first control. */
  initialFocus?: ComponentProps<typeof Base.Popup>['initialFocus']
  /** What gets the focus when it closes; by default what had it before. */
  finalFocus?: ComponentProps<typeof Base.Popup>['finalFocus']
  children: ReactNode
}

export function Dialog({ open, onOpenChange, title, description, className, ...rest }: Props) {
  const { initialFocus, finalFocus, children } = rest
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 grid justify-items-center overflow-y-auto p-4 pt-[10dvh] max-sm:pt-4">
          <Base.Popup
            {...(initialFocus === undefined ? {} : { initialFocus })}
            {...(finalFocus === undefined ? {} : { finalFocus })}
            className={cn(
              'relative h-fit w-full max-w-lg rounded-xl bg-raised p-5 shadow-popup transition duration-150 outline-none data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0',
              className,
            )}
          >
            <Base.Title className="pr-8 text-base font-semibold">{title}</Base.Title>
            {description && (
              <Base.Description className="mt-1.5 text-sm text-muted-fg">
                {description}
              </Base.Description>
            )}
            {children}
            <Base.Close
              render={<Button variant="ghost" size="icon-sm" aria-label="Close" />}
              className="absolute top-4 right-4"
            >
              <X />
            </Base.Close>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
