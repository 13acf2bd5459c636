import { Clock } from 'lucide-react'
import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'
import { focusLog } from './focusLog'
import { textOf, type UserMessageItem } from './protocol'
import { useChatStore } from './useChat'
import { USER_BUBBLE } from './userBubble'

type Props = { runId: string; item: UserMessageItem }

export function WaitingMessage({ runId, item }: Props) {
  const store = useChatStore()
  const text = textOf(item)
  return (
    <li className="flex flex-col items-end gap-1">
      <h3 className="sr-only">You, not sent yet</h3>
      <p
        className={cn(
          USER_BUBBLE,
          'border border-dashed border-control bg-transparent text-muted-fg',
        )}
      >
        {text}
      </p>
      <div className="flex items-center gap-2 text-xs text-muted-fg">
        <span className="flex items-center gap-1.5">
          <Clock aria-hidden className="size-3.5 shrink-0" />
          Waiting for its turn
        </span>
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Withdraw: ${text}`}
          onClick={(event) => {
            focusLog(event)
            void store.withdraw(runId)
          }}
        >
          Withdraw
        </Button>
      </div>
    </li>
  )
}
