import { useNavigate } from '@tanstack/react-router'
import { LogOut, Settings } from 'lucide-react'
import type { Account } from '@/api/accounts'
import { Button } from '@/ui/Button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { useSignOutHere } from './useSignOutHere'

export function AccountMenu({ account }: { account: Account }) {
  const navigate = useNavigate()
  const signOut = useSignOutHere()
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label="Account">
          <span className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-text uppercase">
            {account.email.slice(0, 1)}
          </span>
        </Button>
      }
      className="w-60"
    >
      <p className="truncate px-2 py-1.5 text-xs text-muted-fg">{account.email}</p>
      <MenuSeparator />
      <MenuItem onClick={() => navigate({ to: '/settings' })}>
        <Settings aria-hidden />
        Settings
      </MenuItem>
      <MenuItem onClick={signOut}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  )
}
