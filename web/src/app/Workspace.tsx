import { Outlet } from '@tanstack/react-router'
import { useMediaQuery } from '@/lib/useMediaQuery'
import { Sidebar } from './Sidebar'
import { useAccount } from './useAccount'

/** The pages about tasks, with the ways between them beside where there is room. */
export function Workspace() {
  const account = useAccount()
  const isWide = useMediaQuery('(min-width: 1180px)')
  if (!account) return null
  return (
    <div className="grid min-h-0 grid-rows-[minmax(0,1fr)] min-[1180px]:grid-cols-[14rem_minmax(0,1fr)]">
      {isWide && (
        <div className="min-h-0 border-r bg-surface">
          <Sidebar account={account} />
        </div>
      )}
      <Outlet />
    </div>
  )
}
