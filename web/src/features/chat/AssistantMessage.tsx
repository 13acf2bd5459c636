import { Scissors } from 'lucide-react'
import { cn } from '@/lib/cn'
import { Markdown } from './Markdown'
import { type AssistantMessageItem, textOf } from './protocol'
import { failureOf, isLive } from './turns'
import { useChat } from './useChat'

type Props = {
  item: AssistantMessageItem
  /** What it answers, where it is the last that was said to it; null otherwise. */
  lastOf: string | null
}

export function AssistantMessage({ item, lastOf }: Props) {
  const streaming = useChat((chat) => chat.streaming.has(item.id))
  const isCutOff = useChat((chat) => {
    const end = chat.ends.get(lastOf ?? '')
    return end !== undefined && failureOf(end) !== null && !isLive(chat, lastOf)
  })
  const text = textOf(item)
  if (text === '' && !streaming) return null
  return (
    <div className="text-sm leading-relaxed">
      <h3 className="sr-only">TaskChat</h3>
      <div className={cn(isCutOff && 'border-l-2 border-dashed border-warn pl-3')}>
        <Markdown text={text} streaming={streaming} />
        {isCutOff && (
          <p className="mt-2 flex items-center gap-1.5 text-xs font-medium text-warn">
            <Scissors aria-hidden className="size-3.5" />
            Cut off here
          </p>
        )}
      </div>
    </div>
  )
}
