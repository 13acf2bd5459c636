import { ShieldAlert } from 'lucide-react'
import { Badge } from '@/ui/Badge'

const MEANING =
  'This text came from outside: the assistant reads it as data and does not follow it.'

type Props = {
  /** The whole sentence, where there is room for it. */
  isLong?: boolean
}

export function UntrustedMark({ isLong = false }: Props) {
  if (isLong) {
    return (
      <p className="flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-xs text-warn">
        <ShieldAlert aria-hidden className="size-4 shrink-0" />
        {MEANING} Editing its words makes them yours.
      </p>
    )
  }
  return (
    <span title={MEANING}>
      <Badge tone="warn">
        <ShieldAlert aria-hidden className="size-3.5" />
        From outside
      </Badge>
    </span>
  )
}
