import { memo } from 'react'
import { AssistantMessage } from './AssistantMessage'
import { MessageActions } from './MessageActions'
import { type ThreadItem, textOf } from './protocol'
import { ToolCalls } from './ToolCalls'
import { TurnLine } from './TurnLine'
import { UserMessage } from './UserMessage'
import { Widget } from './Widget'

type Props = {
  item: ThreadItem
  /** The message that it is or follows; null where that is not loaded. */
  questionId: string | null
  /** What comes after it; null for the last one. */
  next: ThreadItem['type'] | null
}

export const ThreadItemView = memo(function ThreadItemView(props: Props) {
  const { item, questionId, next } = props
  const endsTurn = next === null || next === 'user_message'
  const text = item.type === 'assistant_message' ? textOf(item) : ''
  return (
    <li className="group [contain-intrinsic-size:auto_5rem] [content-visibility:auto]">
      <Body {...props} />
      {endsTurn && (
        <TurnLine questionId={questionId} isUnanswered={item.type === 'user_message'}>
          {text !== '' && <MessageActions itemId={item.id} text={text} />}
        </TurnLine>
      )}
    </li>
  )
})

function Body({ item, questionId, next }: Props) {
  const last = next === null
  switch (item.type) {
    case 'user_message':
      return <UserMessage item={item} last={last} />
    case 'assistant_message': {
      // Cards that ask something may follow what was said last.
      const isLast = last || next === 'user_message' || next === 'widget'
      return <AssistantMessage item={item} lastOf={isLast ? questionId : null} />
    }
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
