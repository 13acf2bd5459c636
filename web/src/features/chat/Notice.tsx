import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'

const TONES = {
  info: 'bg-muted text-fg',
  warning: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
}

type Props = {
  level: keyof typeof TONES
  /** Read out at once. */
  urgent?: boolean
  onDismiss: () => void
  children: ReactNode
}

export function Notice({ level, urgent = false, onDismiss, children }: Props) {
  return (
    <div
      role={urgent ? 'alert' : 'status'}
      className={cn('flex items-start gap-2 rounded-lg py-1.5 pr-1.5 pl-3 text-sm', TONES[level])}
    >
      <div className="min-w-0 flex-1 py-0.5 wrap-anywhere">{children}</div>
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label="Dismiss"
        className="text-inherit"
        onClick={onDismiss}
      >
        <X />
      </Button>
    </div>
  )
}
