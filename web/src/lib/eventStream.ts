import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** The server says something every 15 seconds: a connection this quiet has died without a word. */
export const SILENCE_MS = 32_000

/** One event of a stream, and where the stream stands after it; null as long as it gave no ids. */
export type StreamedEvent = { cursor: string | null; data: string }

type Ears = {
  /** Called for every sign of life, also for those that are no events. */
  onHeard?: () => void
  /** The server asks for this pause before the next connection. */
  onRetry?: (milliseconds: number) => void
}

/** Yields the events of an open answer to its end. Throws when it breaks or falls silent. */
export async function* readEventStream(
  response: Response,
  { onHeard, onRetry }: Ears = {},
): AsyncGenerator<StreamedEvent> {
  if (!response.body) return
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  const arrived: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (event) => arrived.push(event),
    ...(onRetry ? { onRetry } : {}),
  })
  let cursor: string | null = null
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read())
      if (done) return
      onHeard?.()
      parser.feed(decoder.decode(value, { stream: true }))
      for (const { id, data } of arrived.splice(0)) {
        cursor = id || cursor
        yield { cursor, data }
      }
    }
  } finally {
    // A reader that leaves early must not keep the connection: browsers allow six per origin.
    reader.cancel().catch(() => undefined)
  }
}

export async function withinSilence<Result>(waiting: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Nothing came for too long.')), SILENCE_MS)
  })
  try {
    return await Promise.race([waiting, silence])
  } finally {
    clearTimeout(timer)
  }
}
