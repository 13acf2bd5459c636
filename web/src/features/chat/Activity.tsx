import { LoaderCircle, WifiOff } from 'lucide-react'
import type { ChatState } from './chatState'
import { useChat } from './useChat'

/** What goes on where nothing can be seen yet. */
export function Activity() {
  const label = useChat(labelOf)
  const connected = useChat((chat) => chat.connected)
  if (label === null) return null
  return (
    <p className="mt-5 flex items-center gap-2 text-sm text-muted-fg">
      {connected ? (
        <LoaderCircle className="size-4 animate-spin" />
      ) : (
        <WifiOff className="size-4 text-warn" />
      )}
      {label}
    </p>
  )
}

function labelOf(chat: ChatState): string | null {
  if (!chat.running) return null
  if (!chat.connected) return 'Connection lost. Reconnecting…'
  if (chat.stopping) return 'Stopping…'
  if (chat.progress !== null) return chat.progress
  return chat.streaming.size === 0 ? 'Thinking…' : null
}
