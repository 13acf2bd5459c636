import { MessageCircleOff } from 'lucide-react'
import { Button } from '@/ui/Button'
import { useChat, useChatStore } from './useChat'

export function UnavailableThread() {
  const store = useChatStore()
  const threadId = useChat((chat) => chat.threadId)
  const problem = useChat((chat) => chat.problem)
  return (
    <div role="alert" className="my-auto flex flex-col items-center gap-3 py-6 text-center">
      <MessageCircleOff className="size-6 text-muted-fg" />
      <p className="max-w-72 text-sm text-balance text-muted-fg">
        {problem?.message ?? 'This conversation cannot be shown.'}
      </p>
      <div className="flex gap-2">
        <Button size="sm" onClick={() => void store.open(threadId)}>
          Try again
        </Button>
        <Button size="sm" variant="primary" onClick={() => void store.open(null)}>
          New chat
        </Button>
      </div>
    </div>
  )
}
