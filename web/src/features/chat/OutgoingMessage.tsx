import { CircleAlert } from 'lucide-react'
import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'
import { focusLog } from './focusLog'
import type { Outgoing } from './thread'
import { useChatStore } from './useChat'
import { USER_BUBBLE } from './userBubble'

type Props = { message: Outgoing }

export function OutgoingMessage({ message }: Props) {
  const store = useChatStore()
  const { key, text, failure } = message
  return (
    <li className="flex flex-col items-end gap-1.5">
      <h3 className="sr-only">You</h3>
      <p className={cn(USER_BUBBLE, failure !== null && 'bg-danger-soft')}>{text}</p>
      {failure !== null && (
        <div className="flex flex-wrap items-center justify-end gap-x-2 gap-y-1 text-xs text-danger">
          <p role="alert" className="flex items-center gap-1.5">
            <CircleAlert className="size-3.5 shrink-0" />
            Not sent. {failure}
          </p>
          <Button
            size="sm"
            onClick={(event) => {
              focusLog(event)
              void store.resend(key)
            }}
          >
            Retry
          </Button>
          <Button
            size="sm"
            variant="ghost"
            onClick={(event) => {
              focusLog(event)
              store.discard(key)
            }}
          >
            Discard
          </Button>
        </div>
      )}
    </li>
  )
}
