import { CircleAlert, CircleStop } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'
import type { TurnEnd } from './protocol'
import { useAnswererName, useTurnFacts } from './TurnsProvider'
import { TurnUndo } from './TurnUndo'
import { TurnUsage } from './TurnUsage'
import type { TurnFacts } from './turnFacts'
import { failureOf, isLive, lastQuestion } from './turns'
import { useChat } from './useChat'

type Props = {
  /** What the answer is to; null where that is not loaded. */
  questionId: string | null
  /** Whether there is no answer, so that the line stands below the question. */
  isUnanswered: boolean
  /** What can be done with the answer. */
  children: ReactNode
}

/** In a line, with a dot between one and the next, which nobody has to hear. */
const PARTS =
  "flex min-h-7 min-w-0 flex-1 flex-wrap items-center gap-x-1.5 empty:hidden [&>span+span]:before:mr-1.5 [&>span+span]:before:content-['·'/'']"

/** What became of an answer, below it: whatever the words above say, this is what was done. */
export function TurnLine({ questionId, isUnanswered, children }: Props) {
  const live = useChat((chat) => isLive(chat, questionId))
  const end = useChat((chat) => chat.ends.get(questionId ?? ''))
  // Of the last answer, a box says it and offers what helps.
  const isPast = useChat((chat) => chat.running || lastQuestion(chat.items)?.id !== questionId)
  const facts = useTurnFacts(questionId)
  const name = useAnswererName(end?.model ?? null)
  if (live) return null

  const failure = isPast && end ? failureOf(end) : null
  const told = end && outcomeOf(end, facts)
  return (
    <>
      {failure && (
        <p className="mt-2 flex items-start gap-1.5 text-xs text-danger">
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          {failure.message}
        </p>
      )}
      <div className="mt-1 flex items-start gap-x-2 text-xs text-muted-fg">
        <div className={cn(PARTS, isUnanswered && 'justify-end')}>
          {end?.status === 'stopped' && (
            <span className="flex items-center gap-1.5">
              <CircleStop aria-hidden className="size-3.5" />
              Stopped
            </span>
          )}
          {name && <span className="wrap-anywhere">{name}</span>}
          {facts.changes.map((changes) => (
            <TurnUndo key={changes.changeSet} changes={changes} />
          ))}
          {told && <span>{told}</span>}
          {end?.usage && <TurnUsage usage={end.usage} />}
        </div>
        {children}
      </div>
    </>
  )
}

/** In words, where no change stands there with its way back. */
function outcomeOf({ model, changes }: TurnEnd, facts: TurnFacts): string | null {
  if (facts.isWaiting) return 'Waits for your answer'
  if (facts.changes.length > 0) return null
  if (changes > 0) return changes === 1 ? '1 change' : `${changes} changes`
  // Of answers from before it was counted, nothing is known.
  return model === null ? null : 'Nothing was changed'
}
