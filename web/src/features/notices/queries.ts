import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Account } from '@/api/accounts'
import { api, read } from '@/api/client'
import type { Notification, Snooze } from '@/api/notices'
import { useToast } from '@/ui/Toast'

const MOST_SHOWN = 30
const ALL = ['notifications'] as const

export const noticeQueries = {
  newest: () =>
    queryOptions({
      queryKey: [...ALL],
      queryFn: ({ signal }) =>
        read(api.GET('/api/notifications', { params: { query: { limit: MOST_SHOWN } }, signal })),
      refetchOnMount: 'always',
    }),
}

/** Marks these as read, or all of them; shows at once. */
export function useReadNotices() {
  const client = useQueryClient()
  const { queryKey } = noticeQueries.newest()
  return useMutation({
    mutationFn: (ids: string[] | 'all') =>
      read(
        api.POST('/api/notifications/read', {
          body: ids === 'all' ? { ids: [], all: true } : { ids },
        }),
      ),
    onMutate: (ids) => {
      client.setQueryData(queryKey, (page) => {
        if (!page) return page
        const now = new Date().toISOString()
        const isMeant = ({ id, read_at: at }: Notification) =>
          at === null && (ids === 'all' || ids.includes(id))
        const items = page.items.map((one) => (isMeant(one) ? { ...one, read_at: now } : one))
        const unread = ids === 'all' ? 0 : page.unread - page.items.filter(isMeant).length
        return { ...page, items, unread }
      })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ALL }),
  })
}

export function useSnooze() {
  const toast = useToast()
  return useMutation({
    mutationFn: ({ id, snooze }: { id: string; snooze: Snooze; words: string }) =>
      read(
        api.POST('/api/tasks/{task_id}/snooze', {
          params: { path: { task_id: id } },
          body: snooze,
        }),
      ),
    onSuccess: ({ number }, { words }) => toast(`#${number} comes back ${words}`),
    onError: (error) => toast(error.message, 'danger'),
  })
}

type Settings = Partial<Pick<Account, 'digest_time' | 'reminders_by_email'>>

/** Resolves with the account as it is then. */
export function changeSettings(settings: Settings): Promise<Account> {
  return read(api.PATCH('/api/auth/me', { body: settings }))
}
