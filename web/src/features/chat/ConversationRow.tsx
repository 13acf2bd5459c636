import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'
import { Menu, MenuItem } from '@/ui/Menu'
import { titleOf } from './conversationTitle'
import type { Thread } from './protocol'
import { RenameForm } from './RenameForm'

type Props = {
  thread: Thread
  open: boolean
  onOpen: () => void
  onRename: (title: string) => void
  onDelete: () => void
}

export function ConversationRow({ thread, open, onOpen, onRename, onDelete }: Props) {
  const [renaming, setRenaming] = useState(false)
  const title = titleOf(thread)

  function rename(next: string) {
    setRenaming(false)
    if (next !== '' && next !== title) onRename(next)
  }

  if (renaming) {
    return (
      <li>
        <RenameForm title={title} onRename={rename} onCancel={() => setRenaming(false)} />
      </li>
    )
  }
  return (
    <li
      className={cn(
        'flex items-center gap-1 rounded-lg pr-1 hover:bg-muted',
        open && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <button
        type="button"
        aria-current={open ? 'true' : undefined}
        className="flex min-h-10 min-w-0 flex-1 items-baseline gap-3 rounded-lg px-3 py-2 text-left -outline-offset-2"
        onClick={onOpen}
      >
        <span className="min-w-0 flex-1 truncate text-sm">{title}</span>
        <time dateTime={thread.created_at} className="shrink-0 text-xs text-muted-fg">
          {dayOf(thread.created_at)}
        </time>
      </button>
      <Menu
        trigger={
          <Button variant="ghost" size="icon-sm" aria-label={`More for ${title}`}>
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem onClick={() => setRenaming(true)}>
          <Pencil />
          Rename
        </MenuItem>
        <MenuItem tone="danger" onClick={onDelete}>
          <Trash2 />
          Delete…
        </MenuItem>
      </Menu>
    </li>
  )
}

function dayOf(instant: string): string {
  return new Date(instant).toLocaleDateString('en', { day: 'numeric', month: 'short' })
}
