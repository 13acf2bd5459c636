import { type ReactNode, useMemo, useRef, useState } from 'react'
import type { FieldConflict } from '@/api/changes'
import { useChordHotkeys } from '@/lib/useChordHotkeys'
import { useToast } from '@/ui/Toast'
import { ConflictDialog } from './ConflictDialog'
import { refusedConflicts } from './conflicts'
import { type History, HistoryContext } from './history'
import { useRevert, type Way } from './queries'
import {
  afterDoing,
  afterFailing,
  afterRedoing,
  afterUndoing,
  type Done,
  EMPTY_STACK,
} from './stack'
import { useHistoryChanges } from './useHistoryChanges'

/** Only the last change can be meant by a button that says no more than “Undo”. */
const TOAST = 'history'

const WORDS = {
  undo: { said: 'Undone', back: 'redo', offer: 'Redo', move: afterUndoing },
  redo: { said: 'Done again', back: 'undo', offer: 'Undo', move: afterRedoing },
} as const

type Shown = { heading: string; conflicts: readonly FieldConflict[] } | null

/** Remembers what was done on this page, and takes it back by toast or by key. */
export function HistoryProvider({ children }: { children: ReactNode }) {
  const stack = useRef(EMPTY_STACK)
  const [shown, setShown] = useState<Shown>(null)
  const { mutateAsync: revert } = useRevert()
  const toast = useToast()

  const history = useMemo<History>(() => {
    async function go(way: Way, one: Done) {
      const { said, back, offer, move } = WORDS[way]
      // Moved before the server has answered: a second press of the key means what came before.
      stack.current = move(stack.current, one)
      try {
        const { conflicts } = await revert({ way, changeSet: one.changeSet })
        const actions = [{ label: offer, run: () => void go(back, one) }]
        toast(`${said}: ${one.text}`, 'neutral', { id: TOAST, actions })
        if (conflicts.length > 0) setShown({ heading: 'Not everything went back', conflicts })
      } catch (error) {
        stack.current = afterFailing(stack.current, one)
        const conflicts = refusedConflicts(error as Error)
        toast((error as Error).message, 'danger', { id: TOAST })
        if (conflicts) setShown({ heading: 'Nothing went back', conflicts })
      }
    }
    return {
      tell: ({ changeSet, text, action }) => {
        const actions = action ? [action] : []
        if (changeSet !== null) {
          const one = { changeSet, text }
          stack.current = afterDoing(stack.current, one)
          actions.push({ label: 'Undo', run: () => void go('undo', one) })
        }
        toast(text, 'neutral', { id: TOAST, actions })
      },
      undo: (one) => go('undo', one),
      redo: (one) => go('redo', one),
    }
  }, [revert, toast])

  useHistoryChanges()
  useChordHotkeys({
    z: () => {
      const last = stack.current.done.at(-1)
      if (last) void history.undo(last)
      else toast('There is nothing to undo')
    },
    'shift+z': () => {
      const last = stack.current.undone.at(-1)
      if (last) void history.redo(last)
      else toast('There is nothing to redo')
    },
  })

  return (
    <HistoryContext value={history}>
      {children}
      {shown && <ConflictDialog {...shown} onClose={() => setShown(null)} />}
    </HistoryContext>
  )
}
