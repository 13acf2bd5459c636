import { AlarmClock, Newspaper } from 'lucide-react'
import type { Notification } from '@/api/notices'
import { cn } from '@/lib/cn'
import { dateLocale } from '@/lib/locale'
import { digestText, type Notice } from './notice'

type Props = { item: Notification; notice: Notice; zone: string; onOpen: () => void }

export function NoticeItem({ item, notice, zone, onOpen }: Props) {
  const isRead = item.read_at !== null
  const Icon = notice.kind === 'reminder' ? AlarmClock : Newspaper
  const at = new Intl.DateTimeFormat(dateLocale(), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone,
  }).format(new Date(item.created_at))
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full items-start gap-2.5 rounded-md px-2 py-2 text-left hover:bg-muted"
      >
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-fg" />
        <span className="min-w-0 grow">
          <span className={cn('block truncate text-[13px]', !isRead && 'font-semibold')}>
            {!isRead && <span className="sr-only">Unread: </span>}
            {notice.kind === 'reminder' ? notice.task.title : digestText(notice)}
          </span>
          <span className="block text-xs text-muted-fg">
            {at}
            {notice.kind === 'reminder' && notice.late && ', late'}
          </span>
        </span>
        {!isRead && <span aria-hidden className="mt-1.5 size-2 rounded-full bg-accent" />}
      </button>
    </li>
  )
}
