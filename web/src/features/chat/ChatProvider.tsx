import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react'
import type { LiveEvent } from '@/api/liveEvent'
import { useConnection, useLiveEvent } from '@/lib/liveEvents'
import { onAddressChange, readThreadId, writeThreadId } from './address'
import { paintPace } from './pace'
import { ChatStore } from './store'
import { Transport } from './transport'
import { ChatContext } from './useChat'

type Props = { children: ReactNode }

/** Keeps the tab's one chat, whether its panel is in view or not. */
export function ChatProvider({ children }: Props) {
  const [store] = useState(() => new ChatStore(new Transport(), paintPace()))

  // Only what it is at first: every change comes as an event.
  const [connection] = useState(useConnection())

  // Before the first paint, or a new chat would flash up in place of the thread.
  useLayoutEffect(() => {
    store.receive({ type: 'connection', connection })
    void store.open(readThreadId())
    const write = () => writeThreadId(store.getState().threadId)
    const endings = [store.subscribe(write), onAddressChange(write)]
    return () => {
      for (const end of endings) end()
      // Lets go of the stream that is being read.
      void store.open(null)
    }
  }, [store, connection])

  useEffect(() => {
    const wake = () => document.hidden || store.wake()
    document.addEventListener('visibilitychange', wake)
    return () => document.removeEventListener('visibilitychange', wake)
  }, [store])

  useLiveEvent<LiveEvent>(store.receive)

  return <ChatContext value={store}>{children}</ChatContext>
}
