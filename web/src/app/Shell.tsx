import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { topicOf } from '@/api/liveEvent'
import { accountQueries } from '@/features/account/queries'
import { ChatProvider } from '@/features/chat/ChatProvider'
import { HistoryProvider } from '@/features/history/HistoryProvider'
import { NoticeToasts } from '@/features/notices/NoticeToasts'
import { LiveEventsProvider } from '@/lib/liveEvents'
import { Header } from './Header'
import { useAccount } from './useAccount'
import { useNoticeLinks } from './useNoticeLinks'

/** What every page of a signed-in person has around it. */
export function Shell() {
  const client = useQueryClient()
  const account = useAccount()
  const links = useNoticeLinks()
  if (!account) return null

  return (
    <LiveEventsProvider
      key={account.id}
      url="/api/events?answers=1"
      owner={account.id}
      topicOf={topicOf}
      onSignedOut={() => client.invalidateQueries({ queryKey: accountQueries.current().queryKey })}
    >
      <HistoryProvider>
        <ChatProvider>
          <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)]">
            <a
              href="#main"
              className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-3 focus:py-2 focus:text-sm focus:shadow-popup"
            >
              Skip to the content
            </a>
            <Header account={account} />
            <NoticeToasts {...links} />
            <Outlet />
          </div>
        </ChatProvider>
      </HistoryProvider>
    </LiveEventsProvider>
  )
}
