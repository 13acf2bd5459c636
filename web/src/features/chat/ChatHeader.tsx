import { History, SquarePen } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import { useChat } from './useChat'

type Props = { browsing: boolean; onBrowse: () => void; onNewChat: () => void }

export function ChatHeader({ browsing, onBrowse, onNewChat }: Props) {
  const title = useChat((chat) => chat.title ?? (chat.threadId === null ? 'New chat' : 'Chat'))
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b pr-2 pl-4">
      <h2 className="min-w-0 flex-1 truncate text-sm font-semibold" title={title}>
        {browsing ? 'Conversations' : title}
      </h2>
      <IconButton
        label="Conversations"
        aria-expanded={browsing}
        className={browsing ? 'bg-muted text-fg' : ''}
        onClick={onBrowse}
      >
        <History />
      </IconButton>
      <IconButton label="New chat" onClick={onNewChat}>
        <SquarePen />
      </IconButton>
    </header>
  )
}
