import { Menu } from 'lucide-react'
import { useState } from 'react'
import type { Account } from '@/api/accounts'
import { IconButton } from '@/ui/IconButton'
import { Sheet } from '@/ui/Sheet'
import { Sidebar } from './Sidebar'

/** The sidebar where there is no room for it: behind a button. */
export function NavDrawer({ account }: { account: Account }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <IconButton
        label="Lists and projects"
        className="min-[1180px]:hidden"
        onClick={() => setOpen(true)}
      >
        <Menu />
      </IconButton>
      <Sheet open={open} onOpenChange={setOpen} side="left" title="Lists and projects" back="Close">
        <Sidebar account={account} onLeave={() => setOpen(false)} />
      </Sheet>
    </>
  )
}
