import { createContext, use } from 'react'
import type { ToastAction } from '@/ui/Toast'
import type { Done } from './stack'

type Told = {
  /** From the answer of the command; null when it changed nothing. */
  changeSet: string | null
  /** What happened, as the toast says it: "Completed #3". */
  text: string
  /** Offered beside "Undo". */
  action?: ToastAction
}

export type History = {
  /** Says what was done here, and offers to take it back. */
  tell: (told: Told) => void
  undo: (one: Done) => Promise<void>
  redo: (one: Done) => Promise<void>
}

export const HistoryContext = createContext<History | null>(null)

export function useHistory(): History {
  const history = use(HistoryContext)
  if (!history) throw new Error('useHistory needs a HistoryProvider above it.')
  return history
}
