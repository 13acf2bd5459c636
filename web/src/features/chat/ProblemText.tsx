import { clockText } from '@/lib/clockText'
import { Button } from '@/ui/Button'
import type { Problem } from './chatState'
import { useChatStore } from './useChat'
import { useModelChoice } from './useModelChoice'

type Props = { problem: Problem }

/** Why something was refused, until when, and who would take it all the same. */
export function ProblemText({ problem }: Props) {
  const store = useChatStore()
  const { assistants, model } = useModelChoice()
  const { message, resetsAt, offers } = problem
  const offered = assistants.filter(({ id }) => offers.includes(id))

  return (
    <>
      <p>
        {message}
        {resetsAt !== null && (
          <>
            {' '}
            On your clock that is <time dateTime={resetsAt}>{clockText(resetsAt)}</time>.
          </>
        )}
      </p>
      {offered.length > 0 && (
        <div className="mt-1.5 flex flex-wrap gap-2">
          {offered.map(({ id, name }) => (
            <Button key={id} size="sm" onClick={() => void store.takeOffer(id, model)}>
              Send to {name.toLowerCase()} instead
            </Button>
          ))}
        </div>
      )}
    </>
  )
}
