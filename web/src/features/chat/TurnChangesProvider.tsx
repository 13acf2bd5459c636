import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { historyQueries } from '@/features/history/queries'
import { changesByItem, type TurnChanges } from './turnChanges'
import { useChat } from './useChat'

const ChangesContext = createContext<ReadonlyMap<string, TurnChanges>>(new Map())

/** Knows which of the items below it changed tasks. */
export function TurnChangesProvider({ children }: { children: ReactNode }) {
  const { data } = useQuery(historyQueries.newest())
  // An answer that is being made goes on changing: it is undone when it is whole.
  const items = useChat((chat) => (chat.running ? null : chat.items))
  const [settled, setSettled] = useState(items)
  if (items !== null && items !== settled) setSettled(items)

  const changes = useMemo(() => changesByItem(settled ?? [], data?.items ?? []), [settled, data])
  return <ChangesContext value={changes}>{children}</ChangesContext>
}

export function useTurnChanges(itemId: string): TurnChanges | undefined {
  return use(ChangesContext).get(itemId)
}
