import { ActivityFeed } from '@/features/history/ActivityFeed'
import { PlainPage } from './PlainPage'
import { useAccount } from './useAccount'

export function ActivityPage() {
  const account = useAccount()
  return (
    <PlainPage title="Activity" note="Who changed what. Every change can be taken back from here.">
      {account && <ActivityFeed zone={account.timezone} />}
    </PlainPage>
  )
}
