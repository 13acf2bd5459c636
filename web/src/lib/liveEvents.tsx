import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from 'react'
import { type ConnectionEvent, followLive, type LiveOptions } from './followLive'
import type { Connection } from './liveStream'

type Handler = (event: unknown) => void
type Handlers = { add: (handler: Handler) => void; delete: (handler: Handler) => void }

const HandlersContext = createContext<Handlers | null>(null)
const ConnectionContext = createContext<Connection>('connecting')

type Props = LiveOptions & {
  /** The server no longer knows who asks. */
  onSignedOut: () => void
  children: ReactNode
}

export function LiveEventsProvider({ url, owner, topicOf, onSignedOut, children }: Props) {
  const [connection, setConnection] = useState<Connection>('connecting')
  const handlers = useMemo(() => new Set<Handler>(), [])
  const findTopic = useEffectEvent(topicOf)

  const tell = useEffectEvent((event: unknown) => {
    for (const handler of [...handlers]) handler(event)
    const { type, connection: next } = event as ConnectionEvent
    if (type !== 'connection') return
    setConnection(next)
    if (next === 'signed-out') onSignedOut()
  })

  useEffect(
    () => followLive({ url, owner, topicOf: (event) => findTopic(event) }, (event) => tell(event)),
    [url, owner],
  )

  return (
    <HandlersContext value={handlers}>
      <ConnectionContext value={connection}>{children}</ConnectionContext>
    </HandlersContext>
  )
}

/** Calls the handler for each event of the stream, in whichever tab it arrived. */
export function useLiveEvent<Event>(handler: (event: Event) => void): void {
  const handlers = use(HandlersContext)
  if (!handlers) throw new Error('useLiveEvent needs a LiveEventsProvider above it.')
  const handle = useEffectEvent(handler)

  useEffect(() => {
    const take: Handler = (event) => handle(event as Event)
    handlers.add(take)
    return () => handlers.delete(take)
  }, [handlers])
}

export function useConnection(): Connection {
  return use(ConnectionContext)
}
