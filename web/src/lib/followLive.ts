import type { Connection } from './liveStream'
import { openSharedStream } from './sharedStream'

/** Told between the events of the stream, in its place: what is known of the stream itself. */
export type ConnectionEvent = { type: 'connection'; connection: Connection }

export type LiveOptions = {
  url: string
  /** Whose events these are: tabs share a stream only when they agree on it. */
  owner: string
  /** What an event is about, where a tab that joins must know the newest one on it. */
  topicOf: (event: unknown) => string | null
}

/** Tells this tab all events of a stream that the tabs of one person share, until it is closed. */
export function followLive(
  { url, owner, topicOf }: LiveOptions,
  tell: (event: unknown) => void,
): () => void {
  const newest = new Map<string, string>()
  return openSharedStream({
    url,
    name: `live-events:${owner}`,
    recall: () => [...newest.values()],
    onConnection: (connection) => {
      // The next connection tells everything that goes on anew.
      if (connection !== 'live') newest.clear()
      tell({ type: 'connection', connection } satisfies ConnectionEvent)
    },
    onEvent: (data) => {
      const event: unknown = JSON.parse(data)
      const topic = topicOf(event)
      if (topic !== null) newest.set(topic, data)
      tell(event)
    },
  })
}
