import { useQueryClient } from '@tanstack/react-query'
import type { LiveEvent } from '@/api/liveEvent'
import { useLiveEvent } from '@/lib/liveEvents'
import { useToast } from '@/ui/Toast'
import { digestText } from './notice'
import { noticeQueries, useSnooze } from './queries'
import { SNOOZES } from './snoozes'

type Props = {
  onOpenTask: (number: number) => void
  onOpenToday: () => void
}

/** Tells of a reminder the moment it is due, on whichever page one is. */
export function NoticeToasts({ onOpenTask, onOpenToday }: Props) {
  const client = useQueryClient()
  const toast = useToast()
  const { mutate: snooze } = useSnooze()

  useLiveEvent((event: LiveEvent) => {
    if (event.type === 'reminder.due') {
      const { task, late } = event
      toast(task.title, 'neutral', {
        id: `reminder ${task.id}`,
        stays: true,
        description: late ? `Reminder of #${task.number}, late` : `Reminder of #${task.number}`,
        actions: [
          { label: 'Open', run: () => onOpenTask(task.number) },
          ...SNOOZES.map((choice) => ({
            label: choice.label,
            run: () => snooze({ id: task.id, ...choice }),
          })),
        ],
      })
    } else if (event.type === 'digest.ready') {
      toast(digestText({ dueToday: event.due_today, overdue: event.overdue }), 'neutral', {
        id: 'digest',
        actions: [{ label: 'Show', run: onOpenToday }],
      })
    } else if (event.type !== 'ready' && event.type !== 'resync') return
    void client.invalidateQueries({ queryKey: noticeQueries.newest().queryKey })
  })
  return null
}
