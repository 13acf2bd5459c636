import { Settings } from '@/features/account/Settings'
import { useAccount } from './useAccount'
import { useSignOutHere } from './useSignOutHere'

export function SettingsPage() {
  const account = useAccount()
  const signOut = useSignOutHere()
  return (
    <main id="main" tabIndex={-1} className="outline-none min-h-0 overflow-y-auto">
      {account && <Settings account={account} onSignOut={signOut} />}
    </main>
  )
}
