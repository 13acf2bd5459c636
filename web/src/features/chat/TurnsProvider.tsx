import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { configQuery } from '@/api/config'
import { historyQueries } from '@/features/history/queries'
import { factsByTurn, type TurnFacts } from './turnFacts'
import { isMixed } from './turns'
import { useChat } from './useChat'

type Turns = {
  facts: ReadonlyMap<string | null, TurnFacts>
  /** What to call who answered, where that is worth saying. */
  nameOf: (model: string | null) => string | null
}

const NO_FACTS: TurnFacts = { changes: [], isWaiting: false }
const TurnsContext = createContext<Turns>({ facts: new Map(), nameOf: () => null })

/** Knows what the answers below it changed, and who gave them. */
export function TurnsProvider({ children }: { children: ReactNode }) {
  const { data: newest } = useQuery(historyQueries.newest())
  const { data: config } = useQuery(configQuery())
  const ends = useChat((chat) => chat.ends)
  // An answer that is being made goes on changing: it is undone when it is whole.
  const items = useChat((chat) => (chat.running ? null : chat.items))
  const [settled, setSettled] = useState(items)
  if (items !== null && items !== settled) setSettled(items)

  const facts = useMemo(() => factsByTurn(settled ?? [], newest?.items ?? []), [settled, newest])
  const turns = useMemo((): Turns => {
    const isNamed = isMixed(ends)
    const nameOf = (model: string | null) => {
      const usual = !isNamed && model === config?.assistant.id
      if (model === null || !config || usual) return null
      return config.assistants.find(({ id }) => id === model)?.name ?? model
    }
    return { facts, nameOf }
  }, [facts, ends, config])
  return <TurnsContext value={turns}>{children}</TurnsContext>
}

export function useTurnFacts(questionId: string | null): TurnFacts {
  return use(TurnsContext).facts.get(questionId) ?? NO_FACTS
}

export function useAnswererName(model: string | null): string | null {
  return use(TurnsContext).nameOf(model)
}
