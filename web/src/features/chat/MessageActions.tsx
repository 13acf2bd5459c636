import { RotateCcw, ThumbsDown, ThumbsUp } from 'lucide-react'
import { cn } from '@/lib/cn'
import { IconButton } from '@/ui/IconButton'
import { CopyButton } from './CopyButton'
import { focusLog } from './focusLog'
import { lastQuestion } from './turns'
import { useChat, useChatStore } from './useChat'
import { useOtherModel } from './useModelChoice'

type Props = { itemId: string; text: string }

export function MessageActions({ itemId, text }: Props) {
  const store = useChatStore()
  const last = useChat((chat) => chat.items.at(-1)?.id === itemId)
  const other = useOtherModel(useChat(({ items }) => lastQuestion(items)))
  const running = useChat((chat) => chat.running)
  const feedback = useChat((chat) => chat.feedback[itemId] ?? null)
  return (
    <div
      className={cn(
        'ml-auto flex items-center gap-0.5 transition-opacity focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100',
        !last && feedback === null && 'opacity-0',
      )}
    >
      <CopyButton text={text} />
      <IconButton
        label="Good answer"
        size="icon-sm"
        aria-pressed={feedback === 'positive'}
        className={feedback === 'positive' ? 'text-accent-text [&_svg]:fill-current' : ''}
        onClick={() => void store.giveFeedback(itemId, 'positive')}
      >
        <ThumbsUp />
      </IconButton>
      <IconButton
        label="Bad answer"
        size="icon-sm"
        aria-pressed={feedback === 'negative'}
        className={feedback === 'negative' ? 'text-accent-text [&_svg]:fill-current' : ''}
        onClick={() => void store.giveFeedback(itemId, 'negative')}
      >
        <ThumbsDown />
      </IconButton>
      {last && (
        <IconButton
          label="Answer again"
          size="icon-sm"
          disabled={running}
          onClick={(event) => {
            focusLog(event)
            void store.retry(other)
          }}
        >
          <RotateCcw />
        </IconButton>
      )}
    </div>
  )
}
