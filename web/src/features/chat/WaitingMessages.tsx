import { OutgoingMessage } from './OutgoingMessage'
import { useChat } from './useChat'
import { WaitingMessage } from './WaitingMessage'

/** Messages written while an answer runs, below it and in the order of their turns. */
export function WaitingMessages() {
  const waiting = useChat((chat) => chat.waiting)
  const outgoing = useChat((chat) => chat.outgoing)
  const onTheirWay = outgoing.filter(({ waits }) => waits)
  if (waiting.length === 0 && onTheirWay.length === 0) return null
  return (
    <ol aria-label="Waiting messages" className="mt-5 flex flex-col gap-4">
      {waiting.map(({ runId, item }) => (
        <WaitingMessage key={runId} runId={runId} item={item} />
      ))}
      {onTheirWay.map((message) => (
        <OutgoingMessage key={message.key} message={message} />
      ))}
    </ol>
  )
}
