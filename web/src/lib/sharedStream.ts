import { type Connection, LiveStream } from './liveStream'

type Message =
  | { kind: 'event'; data: string; cursor: string | null }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'asks'; from: string }
  | { kind: 'leads'; to: string; connection: Connection; cursor: string | null; recalled: string[] }

type Options = {
  url: string
  /** Tabs that give the same name share one stream. */
  name: string
  onEvent: (data: string) => void
  onConnection: (connection: Connection) => void
  /** Events that a tab which joins should hear although they are past. */
  recall: () => string[]
}

/** How long the leading tab may take to answer before another one takes its place. */
const ANSWER_MS = 1_500
/** How often a tab in view makes sure that somebody leads. */
const CHECK_MS = 10_000

/**
 * One stream for all tabs: a browser allows six connections to a server over HTTP/1.1, so a stream
 * for each tab would hang the seventh. The tab that holds the lock reads and tells the rest.
 */
export function openSharedStream(options: Options): () => void {
  // There are no locks over plain HTTP on a LAN: each tab reads for itself there.
  if (!navigator.locks) return readAlone(options)
  const tab = new SharingTab(options, navigator.locks)
  return () => tab.close()
}

function readAlone({ url, onEvent, onConnection }: Options): () => void {
  const stream = new LiveStream(url, null, { onEvent: ({ data }) => onEvent(data), onConnection })
  return () => stream.close()
}

class SharingTab {
  readonly #id = String(Math.random())
  readonly #options: Options
  readonly #locks: LockManager
  readonly #channel: BroadcastChannel
  readonly #closed = new AbortController()
  /** Given up to take the lead at once instead of in turn. */
  #turn = new AbortController()
  #stream: LiveStream | null = null
  #connection: Connection = 'connecting'
  /** Whether this tab has heard of what went before it. */
  #joined = false
  /** The newest event that came to any tab: whoever leads next goes on from it. */
  #cursor: string | null = null
  #unanswered: ReturnType<typeof setTimeout> | undefined

  constructor(options: Options, locks: LockManager) {
    this.#options = options
    this.#locks = locks
    this.#channel = new BroadcastChannel(options.name)
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#take(data)
    this.#standInLine()
    this.#check()
    const { signal } = this.#closed
    const look = () => globalThis.document?.hidden || this.#check()
    for (const sign of ['online', 'pageshow']) {
      globalThis.addEventListener?.(sign, look, { signal })
    }
    globalThis.document?.addEventListener('visibilitychange', look, { signal })
    const timer = setInterval(look, CHECK_MS)
    signal.addEventListener('abort', () => clearInterval(timer))
  }

  close(): void {
    clearTimeout(this.#unanswered)
    this.#closed.abort()
    this.#turn.abort()
    this.#stream?.close()
    this.#stream = null
    this.#channel.close()
  }

  #take(message: Message): void {
    switch (message.kind) {
      case 'event':
        this.#cursor = message.cursor
        this.#options.onEvent(message.data)
        return
      case 'connection':
        this.#settle(message.connection)
        return
      case 'asks':
        if (this.#stream) this.#answer(message.from)
        return
      case 'leads':
        if (message.to === this.#id) this.#follow(message)
    }
  }

  /** A leader that was put to sleep with its tab holds the lock and tells nothing. */
  #check(): void {
    this.#stream?.check()
    if (this.#stream) return
    this.#channel.postMessage({ kind: 'asks', from: this.#id } satisfies Message)
    clearTimeout(this.#unanswered)
    this.#unanswered = setTimeout(() => this.#takeTheLead(), ANSWER_MS)
  }

  #answer(to: string): void {
    this.#stream?.check()
    this.#channel.postMessage({
      kind: 'leads',
      to,
      connection: this.#connection,
      cursor: this.#cursor,
      recalled: this.#options.recall(),
    } satisfies Message)
  }

  #follow({ connection, cursor, recalled }: Extract<Message, { kind: 'leads' }>): void {
    clearTimeout(this.#unanswered)
    this.#settle(connection)
    if (this.#joined) return
    this.#joined = true
    this.#cursor = cursor
    for (const data of recalled) this.#options.onEvent(data)
  }

  #standInLine(): void {
    this.#turn = new AbortController()
    const { signal } = this.#turn
    this.#locks
      .request(this.#options.name, { signal }, () => this.#lead())
      .catch(() => signal.aborted || this.#stepBack())
  }

  #takeTheLead(): void {
    if (this.#stream) return
    this.#turn.abort()
    this.#locks
      .request(this.#options.name, { steal: true }, () => this.#lead())
      .catch(() => this.#stepBack())
  }

  /** The lock is held for as long as the promise is open. */
  #lead(): Promise<void> {
    if (this.#closed.signal.aborted) return Promise.resolve()
    clearTimeout(this.#unanswered)
    this.#joined = true
    if (this.#connection !== 'connecting') this.#tell('reconnecting')
    this.#stream = new LiveStream(this.#options.url, this.#cursor, {
      onEvent: ({ data, cursor }) => {
        const message = { kind: 'event', data, cursor } satisfies Message
        this.#channel.postMessage(message)
        this.#take(message)
      },
      onConnection: (connection) => this.#tell(connection),
    })
    return new Promise((resolve) => {
      this.#closed.signal.addEventListener('abort', () => resolve())
    })
  }

  /** Another tab took the lead, believing this one asleep. */
  #stepBack(): void {
    if (!this.#stream) return
    this.#stream.close()
    this.#stream = null
    this.#standInLine()
    this.#check()
  }

  #tell(connection: Connection): void {
    this.#channel.postMessage({ kind: 'connection', connection } satisfies Message)
    this.#settle(connection)
  }

  #settle(connection: Connection): void {
    if (this.#connection === connection) return
    this.#connection = connection
    this.#options.onConnection(connection)
  }
}
