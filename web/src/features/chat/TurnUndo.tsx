import { Redo2, Undo2 } from 'lucide-react'
import { useHistory } from '@/features/history/history'
import { Button } from '@/ui/Button'
import { useTurnChanges } from './TurnChangesProvider'

type Props = { itemId: string }

/** How much an answer changed, with the way back; nothing for one that changed nothing. */
export function TurnUndo({ itemId }: Props) {
  const changes = useTurnChanges(itemId)
  const history = useHistory()
  if (!changes) return null

  const { changeSet, tasks, isUndone } = changes
  const count = tasks === 1 ? '1 change' : `${tasks} changes`
  const one = { changeSet, text: `${count} by the assistant` }
  return (
    <p className="mt-1 flex items-center gap-1 pl-1 text-xs text-muted-fg">
      {isUndone ? `${count}, undone` : count}
      <span aria-hidden>·</span>
      <Button
        variant="ghost"
        size="sm"
        className="px-1.5 text-accent-text"
        aria-label={`${isUndone ? 'Redo' : 'Undo'} ${count}`}
        onClick={() => void (isUndone ? history.redo(one) : history.undo(one))}
      >
        {isUndone ? <Redo2 aria-hidden /> : <Undo2 aria-hidden />}
        {isUndone ? 'Redo' : 'Undo'}
      </Button>
    </p>
  )
}
