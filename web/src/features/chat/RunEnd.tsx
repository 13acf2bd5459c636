import { CircleAlert, RotateCcw } from 'lucide-react'
import type { MouseEvent } from 'react'
import { Button } from '@/ui/Button'
import type { ChatState } from './chatState'
import { focusLog } from './focusLog'
import { useChat, useChatStore } from './useChat'

/** What is left to do after a run that gave no answer. */
export function RunEnd() {
  const store = useChatStore()
  const error = useChat((chat) => (chat.running ? null : chat.error))
  const unanswered = useChat(isUnanswered)
  function retry(event: MouseEvent<HTMLElement>) {
    focusLog(event)
    void store.retry()
  }

  if (error) {
    return (
      <div
        role="alert"
        className="mt-5 flex items-center gap-3 rounded-lg bg-danger-soft py-2 pr-2 pl-3 text-sm text-danger"
      >
        <CircleAlert className="size-4 shrink-0" />
        <p className="min-w-0 flex-1 wrap-anywhere">{error.message}</p>
        {error.allowRetry && (
          <Button size="sm" onClick={retry}>
            <RotateCcw />
            Try again
          </Button>
        )}
      </div>
    )
  }
  if (!unanswered) return null
  return (
    <div className="mt-3 flex items-center justify-end gap-2 text-xs text-muted-fg">
      Not answered.
      <Button size="sm" onClick={retry}>
        <RotateCcw />
        Try again
      </Button>
    </div>
  )
}

/** Errors are not kept with the thread: after a reload, a question at the end is all one sees. */
function isUnanswered(chat: ChatState): boolean {
  const last = chat.items.at(-1)
  const more = chat.outgoing.length > 0 || chat.waiting.length > 0
  return !chat.running && !more && last?.type === 'user_message'
}
