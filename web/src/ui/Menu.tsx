import { Menu as Base } from '@base-ui/react/menu'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { POPUP, POPUP_ITEM } from './popup'

type Props = {
  /** The button that opens it. */
  trigger: ReactElement
  align?: 'start' | 'end'
  className?: string
  children: ReactNode
}

export function Menu({ trigger, align = 'end', className, children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className={cn(POPUP, 'min-w-44', className)}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

type ItemProps = ComponentProps<typeof Base.Item> & { tone?: 'danger' }

export function MenuItem({ tone, className, ...props }: ItemProps) {
  return (
    <Base.Item
      className={cn(POPUP_ITEM, tone === 'danger' && 'text-danger', className as string)}
      {...props}
    />
  )
}

export function MenuSeparator() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />
}
