import { useQuery } from '@tanstack/react-query'
import { assistantQuery } from './queries'

/** Which model reads along: people should know before they write. */
export function AssistantName() {
  const { data: assistant } = useQuery(assistantQuery())
  if (!assistant) return <p />
  return (
    <p className="min-w-0 truncate">
      {assistant.kind === 'commands'
        ? `${assistant.name}, nothing leaves this server`
        : `Answers by ${assistant.name}`}
    </p>
  )
}
