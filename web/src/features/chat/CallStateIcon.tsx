import {
  Check,
  CircleStop,
  LoaderCircle,
  type LucideIcon,
  MessageCircleQuestionMark,
  TriangleAlert,
} from 'lucide-react'
import { cn } from '@/lib/cn'
import type { CallState } from './toolCall'

const LOOKS: Record<CallState, { Icon: LucideIcon; label: string; className: string }> = {
  running: { Icon: LoaderCircle, label: 'Running', className: 'animate-spin text-accent-text' },
  ok: { Icon: Check, label: 'Done', className: 'text-ok' },
  failed: { Icon: TriangleAlert, label: 'Failed', className: 'text-danger' },
  waiting: { Icon: MessageCircleQuestionMark, label: 'Asked you', className: 'text-warn' },
  stopped: { Icon: CircleStop, label: 'Stopped', className: 'text-muted-fg' },
}

type Props = { state: CallState }

export function CallStateIcon({ state }: Props) {
  const { Icon, label, className } = LOOKS[state]
  return <Icon role="img" aria-label={label} className={cn('size-4 shrink-0', className)} />
}
