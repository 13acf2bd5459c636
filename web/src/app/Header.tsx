import { Link } from '@tanstack/react-router'
import { Moon, Sun } from 'lucide-react'
import type { Account } from '@/api/accounts'
import { Bell } from '@/features/notices/Bell'
import { chooseTheme, useTheme } from '@/lib/theme'
import { IconButton } from '@/ui/IconButton'
import { Logo } from '@/ui/Logo'
import { AccountMenu } from './AccountMenu'
import { AssistantName } from './AssistantName'
import { ConnectionStatus } from './ConnectionStatus'
import { NavDrawer } from './NavDrawer'
import { useNoticeLinks } from './useNoticeLinks'

const PAGES = [
  { to: '/dashboard', name: 'Tasks' },
  { to: '/chat', name: 'Chat' },
] as const

export function Header({ account }: { account: Account }) {
  const { dark } = useTheme()
  const links = useNoticeLinks()
  return (
    <header className="flex h-13 items-center gap-1 border-b bg-surface px-3 sm:px-4">
      <NavDrawer account={account} />
      <Link to="/dashboard" className="mr-2 flex items-center gap-2 rounded-md">
        <Logo className="size-6" />
        <span className="font-semibold tracking-tight max-sm:sr-only">TaskChat</span>
      </Link>
      <nav aria-label="Pages" className="flex gap-0.5">
        {PAGES.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className="rounded-md px-2.5 py-1.5 text-sm text-muted-fg hover:bg-muted hover:text-fg data-[status=active]:font-medium data-[status=active]:text-fg"
          >
            {name}
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex items-center gap-2 sm:gap-3">
        <AssistantName />
        <ConnectionStatus />
        <div className="flex items-center">
          <Bell zone={account.timezone} {...links} />
          <IconButton
            label={dark ? 'Switch to light' : 'Switch to dark'}
            onClick={() => chooseTheme(dark ? 'light' : 'dark')}
          >
            {dark ? <Sun /> : <Moon />}
          </IconButton>
          <AccountMenu account={account} />
        </div>
      </div>
    </header>
  )
}
