import { useQuery } from '@tanstack/react-query'
import { Bell as BellIcon } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/ui/Button'
import { Popover } from '@/ui/Popover'
import { NoticeItem } from './NoticeItem'
import { readNotice } from './notice'
import { noticeQueries, useReadNotices } from './queries'

const MOST_COUNTED = 99

type Props = {
  zone: string
  onOpenTask: (number: number) => void
  onOpenToday: () => void
}

/** What one was told lately, with a mark for what is not read yet. */
export function Bell({ zone, onOpenTask, onOpenToday }: Props) {
  const [open, setOpen] = useState(false)
  const { data } = useQuery(noticeQueries.newest())
  const markRead = useReadNotices()
  const unread = data?.unread ?? 0
  const items = data?.items ?? []

  return (
    <Popover
      label="Notifications"
      open={open}
      onOpenChange={setOpen}
      className="w-80 max-w-[calc(100vw-1rem)] p-1"
      trigger={
        <Button
          variant="ghost"
          size="icon"
          aria-label={unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'}
          className="relative"
        >
          <BellIcon aria-hidden />
          {unread > 0 && (
            <span
              aria-hidden
              className="absolute -top-0.5 -right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-[10px] font-semibold text-accent-fg tabular-nums"
            >
              {unread > MOST_COUNTED ? '99+' : unread}
            </span>
          )}
        </Button>
      }
    >
      <div className="flex min-h-9 items-center justify-between pl-2">
        <h2 className="text-[13px] font-semibold">Notifications</h2>
        {unread > 0 && (
          <Button variant="ghost" size="sm" onClick={() => markRead.mutate('all')}>
            Mark all as read
          </Button>
        )}
      </div>
      {items.length === 0 && (
        <p className="px-2 pb-3 text-[13px] text-muted-fg">
          Nothing yet. Reminders and the daily digest come here.
        </p>
      )}
      <ul>
        {items.map((item) => {
          const notice = readNotice(item)
          if (notice === null) return null
          return (
            <NoticeItem
              key={item.id}
              item={item}
              notice={notice}
              zone={zone}
              onOpen={() => {
                setOpen(false)
                if (item.read_at === null) markRead.mutate([item.id])
                if (notice.kind === 'reminder') onOpenTask(notice.task.number)
                else onOpenToday()
              }}
            />
          )
        })}
      </ul>
    </Popover>
  )
}
