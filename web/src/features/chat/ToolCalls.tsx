import type { WorkflowTask } from './protocol'
import { ToolCallRow } from './ToolCallRow'
import { readToolCall, type ToolCall } from './toolCall'
import { useChat } from './useChat'

type Props = {
  tasks: readonly WorkflowTask[]
  /** Only the newest calls can still be going on. */
  last: boolean
}

export function ToolCalls({ tasks, last }: Props) {
  const running = useChat((chat) => chat.running)
  if (tasks.length === 0) return null
  const calls = tasks.map((task) => settled(readToolCall(task), running && last))
  return (
    <ul aria-label="Tool calls" className="divide-y overflow-hidden rounded-xl border">
      {calls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls are only ever appended
        <ToolCallRow key={index} call={call} />
      ))}
    </ul>
  )
}

/** A call left open by a run that has ended will not end any more. */
function settled(call: ToolCall, live: boolean): ToolCall {
  return call.state === 'running' && !live ? { ...call, state: 'stopped' } : call
}
