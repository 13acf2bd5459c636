import { TrashView } from '@/features/tasks/TrashView'
import { PlainPage } from './PlainPage'
import { useAccount } from './useAccount'

export function TrashPage() {
  const account = useAccount()
  return (
    <PlainPage title="Trash" note="What is here is deleted for good after 30 days.">
      {account && <TrashView zone={account.timezone} />}
    </PlainPage>
  )
}
