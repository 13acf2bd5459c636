import { CircleAlert } from 'lucide-react'
import type { ChatState } from './chatState'
import { RemedyButtons } from './RemedyButtons'
import { lastFailure } from './turns'
import { useChat } from './useChat'

/** What is left to do after a run that gave no answer, or no whole one. */
export function RunEnd() {
  const failure = useChat(lastFailure)
  const unanswered = useChat(isUnanswered)
  if (failure) {
    return (
      <div
        role="alert"
        className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg bg-danger-soft py-2 pr-2 pl-3 text-sm text-danger"
      >
        <p className="flex min-w-48 flex-1 items-start gap-2 wrap-anywhere">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {failure.message}
        </p>
        <RemedyButtons remedies={failure.remedies} />
      </div>
    )
  }
  if (!unanswered) return null
  return (
    <div className="mt-3 flex items-center justify-end gap-2 text-xs text-muted-fg">
      Not answered.
      <RemedyButtons remedies={['retry']} />
    </div>
  )
}

/** Stopped before a word, or sent by an earlier version: a question at the end is all one sees. */
function isUnanswered(chat: ChatState): boolean {
  const last = chat.items.at(-1)
  const more = chat.outgoing.length > 0 || chat.waiting.length > 0
  return !chat.running && !more && last?.type === 'user_message'
}
