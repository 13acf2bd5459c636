/** What is known of the stream: `offline` means broken while the browser itself has no network. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline'

type Message =
  | { kind: 'event'; data: string }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'refused' }
  | { kind: 'joined' }

type Options = {
  url: string
  /** Tabs that give the same name share one stream. */
  name: string
  onEvent: (data: string) => void
  onConnection: (connection: Connection) => void
  /** The server answered with something that is not a stream, such as 401. */
  onRefused: () => void
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

/**
 * One EventSource for all tabs: a browser allows six connections to a server over HTTP/1.1, so a
 * stream for each tab would hang the seventh. The tab that holds the lock reads and tells the rest.
 */
export function openSharedEventSource(options: Options): () => void {
  const channel = new BroadcastChannel(options.name)
  const closed = new AbortController()
  let leading = false
  let connection: Connection = 'connecting'

  function take(message: Message) {
    if (message.kind === 'event') options.onEvent(message.data)
    else if (message.kind === 'refused') options.onRefused()
    else if (message.kind === 'connection') {
      connection = message.connection
      options.onConnection(connection)
    } else if (leading) channel.postMessage({ kind: 'connection', connection } satisfies Message)
  }

  function lead(tell: (message: Message) => void): Promise<void> {
    leading = true
    return readUntil(closed.signal, options.url, tell)
  }

  channel.onmessage = (message: MessageEvent<Message>) => take(message.data)
  channel.postMessage({ kind: 'joined' } satisfies Message)

  const { locks } = navigator
  if (locks) {
    const tellAll = (message: Message) => {
      channel.postMessage(message)
      take(message)
    }
    // Rejects when the tab closes before its turn to lead came.
    locks.request(options.name, { signal: closed.signal }, () => lead(tellAll)).catch(() => {})
  } else {
    // There are no locks over plain HTTP on a LAN: each tab reads for itself there.
    void lead(take)
  }

  return () => {
    closed.abort()
    channel.close()
  }
}

/** Reads until the signal aborts, opening the stream anew where the browser gives up. */
function readUntil(
  signal: AbortSignal,
  url: string,
  tell: (message: Message) => void,
): Promise<void> {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let retryMs = FIRST_RETRY_MS

  function tellBroken() {
    const connection = navigator.onLine ? 'reconnecting' : 'offline'
    tell({ kind: 'connection', connection })
  }

  function open() {
    clearTimeout(timer)
    source?.close()
    const opened = new EventSource(url)
    source = opened
    opened.onopen = () => {
      retryMs = FIRST_RETRY_MS
      tell({ kind: 'connection', connection: 'live' })
    }
    opened.onmessage = (message: MessageEvent<string>) => {
      tell({ kind: 'event', data: message.data })
    }
    opened.onerror = () => {
      tellBroken()
      if (opened.readyState !== EventSource.CLOSED) return
      tell({ kind: 'refused' })
      timer = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    }
  }

  const isOpen = () => source?.readyState === EventSource.OPEN
  window.addEventListener('online', () => isOpen() || open(), { signal })
  window.addEventListener('offline', () => isOpen() || tellBroken(), { signal })

  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      source?.close()
      resolve()
    })
    if (signal.aborted) resolve()
    else open()
  })
}
