import { useQueryClient } from '@tanstack/react-query'
import type { Account } from '@/api/accounts'
import { accountQueries } from '@/features/account/queries'
import { Settings } from '@/features/account/Settings'
import { AssistantSettings } from '@/features/assistants/AssistantSettings'
import { UsageSettings } from '@/features/assistants/UsageSettings'
import { NoticeSettings } from '@/features/notices/NoticeSettings'
import { TransferSettings } from '@/features/transfers/TransferSettings'
import { useAccount } from './useAccount'
import { useSignOutHere } from './useSignOutHere'

export function SettingsPage() {
  const account = useAccount()
  const signOut = useSignOutHere()
  const client = useQueryClient()
  const remember = (changed: Account) =>
    client.setQueryData(accountQueries.current().queryKey, changed)
  return (
    <main id="main" tabIndex={-1} className="relative outline-none min-h-0 overflow-y-auto">
      {account && (
        <Settings account={account} onSignOut={signOut}>
          <AssistantSettings />
          <NoticeSettings account={account} onChange={remember} />
          <TransferSettings zone={account.timezone} />
          <UsageSettings />
        </Settings>
      )}
    </main>
  )
}
