import { useQuery } from '@tanstack/react-query'
import { Sparkles, Terminal } from 'lucide-react'
import { configQuery } from '@/api/config'

/** Which assistant answers in the chat; where one can choose, the chat says it. */
export function AssistantName() {
  const { data } = useQuery(configQuery())
  if (!data || data.assistants.length > 1) return null

  const Icon = data.assistant.kind === 'gemini' ? Sparkles : Terminal
  return (
    <span
      title="Answers in the chat come from this assistant"
      className="flex items-center gap-1.5 text-xs text-muted-fg max-md:hidden"
    >
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">Assistant: </span>
      {data.assistant.name}
    </span>
  )
}
