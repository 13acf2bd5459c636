import { memo } from 'react'
import { AssistantMessage } from './AssistantMessage'
import type { ThreadItem } from './protocol'
import { StoppedMark } from './StoppedMark'
import { ToolCalls } from './ToolCalls'
import { TurnUndo } from './TurnUndo'
import { UserMessage } from './UserMessage'
import { useChat } from './useChat'
import { Widget } from './Widget'

type Props = {
  item: ThreadItem
  /** What comes after it; null for the last one. */
  next: ThreadItem['type'] | null
}

export const ThreadItemView = memo(function ThreadItemView({ item, next }: Props) {
  return (
    <li className="[contain-intrinsic-size:auto_5rem] [content-visibility:auto]">
      <Body item={item} next={next} />
      <TurnUndo itemId={item.id} />
    </li>
  )
})

function Body({ item, next }: Props) {
  const stopped = useChat((chat) => chat.stopped.has(item.id))
  const last = next === null
  switch (item.type) {
    case 'user_message':
      return (
        <>
          <UserMessage item={item} last={last} />
          {stopped && <StoppedMark />}
        </>
      )
    case 'assistant_message':
      return (
        <AssistantMessage
          item={item}
          endsTurn={last || next === 'user_message'}
          stopped={stopped}
        />
      )
    case 'workflow':
      return <ToolCalls tasks={item.workflow.tasks} last={last} />
    case 'task':
      return <ToolCalls tasks={[item.task]} last={last} />
    case 'widget':
      return <Widget item={item} />
    default:
      return null // kinds that our server never makes
  }
}
