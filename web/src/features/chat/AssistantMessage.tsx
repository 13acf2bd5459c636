import type { ChatState } from './chatState'
import { Markdown } from './Markdown'
import { MessageActions } from './MessageActions'
import { type AssistantMessageItem, textOf } from './protocol'
import { StoppedMark } from './StoppedMark'
import { useChat } from './useChat'

type Props = {
  item: AssistantMessageItem
  /** Nothing but the next question follows: this is the answer. */
  endsTurn: boolean
  stopped: boolean
}

function isFinished({ running, items, outgoing }: ChatState, id: string): boolean {
  return !running || items.at(-1)?.id !== id || outgoing.some(({ waits }) => !waits)
}

export function AssistantMessage({ item, endsTurn, stopped }: Props) {
  const streaming = useChat((chat) => chat.streaming.has(item.id))
  const finished = useChat((chat) => isFinished(chat, item.id))
  const text = textOf(item)
  if (text === '' && !streaming) return null
  return (
    <div className="group text-sm leading-relaxed">
      <h3 className="sr-only">TaskChat</h3>
      <Markdown text={text} streaming={streaming} />
      {stopped && <StoppedMark />}
      {endsTurn && finished && <MessageActions itemId={item.id} text={text} />}
    </div>
  )
}
