import { CalendarDays } from 'lucide-react'
import type { Task } from '@/api/tasks'
import { cn } from '@/lib/cn'
import { dateLocale } from '@/lib/locale'
import { type DueState, dueState, dueText } from './due'

const TONES: Record<DueState, string> = {
  overdue: 'font-medium text-danger',
  today: 'font-medium text-ok',
  soon: 'text-fg',
  later: '',
}

type Props = { task: Task; now: Date; zone: string }

export function DueLabel({ task, now, zone }: Props) {
  const { due } = task
  if (due === null) return null

  const state = task.status === 'done' ? 'later' : dueState(due, { now, zone })
  return (
    <span className={cn('inline-flex items-center gap-1', TONES[state])}>
      <CalendarDays aria-hidden className="size-3.5" />
      <span className="sr-only">{state === 'overdue' ? 'Overdue:' : 'Due:'}</span>
      <time dateTime={due} title={due}>
        {dueText(due, { now, zone, locale: dateLocale() })}
      </time>
    </span>
  )
}
