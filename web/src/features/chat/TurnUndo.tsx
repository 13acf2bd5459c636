import { Redo2, Undo2 } from 'lucide-react'
import { useHistory } from '@/features/history/history'
import { Button } from '@/ui/Button'
import type { TurnChanges } from './turnChanges'

type Props = { changes: TurnChanges }

/** How much a change set of an answer changed, with the way back. */
export function TurnUndo({ changes }: Props) {
  const history = useHistory()
  const { changeSet, tasks, isUndone } = changes
  const count = tasks === 1 ? '1 change' : `${tasks} changes`
  const one = { changeSet, text: `${count} by the assistant` }
  return (
    <span className="flex items-center">
      {isUndone ? `${count}, undone` : count}
      <span aria-hidden className="ml-1.5">
        ·
      </span>
      <Button
        variant="ghost"
        size="sm"
        className="h-6 px-1.5 text-accent-text"
        aria-label={`${isUndone ? 'Redo' : 'Undo'} ${count}`}
        onClick={() => void (isUndone ? history.redo(one) : history.undo(one))}
      >
        {isUndone ? <Redo2 aria-hidden /> : <Undo2 aria-hidden />}
        {isUndone ? 'Redo' : 'Undo'}
      </Button>
    </span>
  )
}
