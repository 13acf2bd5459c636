import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from 'react'
import { type Connection, openSharedEventSource } from './sharedEventSource'

type Handler = (event: unknown) => void
type Handlers = { add: (handler: Handler) => void; delete: (handler: Handler) => void }

const HandlersContext = createContext<Handlers | null>(null)
const ConnectionContext = createContext<Connection>('connecting')

type Props = {
  url: string
  /** Whose events these are: tabs share a stream only when they agree on it. */
  owner: string
  /** The server refused the stream, for example because the session is over. */
  onRefused: () => void
  children: ReactNode
}

export function LiveEventsProvider({ url, owner, onRefused, children }: Props) {
  const [connection, setConnection] = useState<Connection>('connecting')
  const handlers = useMemo(() => new Set<Handler>(), [])
  const refuse = useEffectEvent(onRefused)

  useEffect(
    () =>
      openSharedEventSource({
        url,
        name: `live-events:${owner}`,
        onConnection: setConnection,
        onRefused: () => refuse(),
        onEvent: (data) => {
          const event: unknown = JSON.parse(data)
          for (const handler of [...handlers]) handler(event)
        },
      }),
    [url, owner, handlers],
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
