import { onTestFinished, vi } from 'vitest'
import { type LiveEvent, topicOf } from '@/api/liveEvent'
import type { ChatStore } from '@/features/chat/store'
import { followLive } from '@/lib/followLive'
import type { Connection } from '@/lib/liveStream'
import type { ScriptedChat } from './chatServer'
import { openTab } from './chatTab'

type Tab = { store: ChatStore; connection: () => Connection; close: () => void }

let browsers = 0

/** Tabs of one person in one browser, which share a connection as real ones do. */
export class ScriptedBrowser {
  readonly #chat: ScriptedChat
  readonly #owner = `person-${++browsers}`

  constructor(chat: ScriptedChat) {
    this.#chat = chat
  }

  /** A tab with a thread; it is gone without a farewell once closed, as after a crash. */
  async tab(threadId: string | null = null): Promise<Tab> {
    const store = openTab(this.#chat)
    let connection: Connection = 'connecting'
    store.receive({ type: 'connection', connection })
    const url = `${this.#chat.server.origin}/api/events?answers=1`
    const leave = followLive({ url, owner: this.#owner, topicOf }, (told) => {
      const event = told as LiveEvent
      if (event.type === 'connection') connection = event.connection
      store.receive(event)
    })
    const close = () => {
      leave()
      void store.open(null)
    }
    onTestFinished(close)
    await store.open(threadId)
    return { store, connection: () => connection, close }
  }
}

/** Lets so many requests be open at once, and the others wait, as a browser does over HTTP/1.1. */
export function limitConnections(most: number): void {
  const { fetch } = globalThis
  const waiting: (() => void)[] = []
  let open = 0
  const release = () => {
    open--
    waiting.shift()?.()
  }
  vi.stubGlobal('fetch', async (input: string, init?: RequestInit) => {
    if (open >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    open++
    try {
      const response = await fetch(input, init)
      return withEnd(response, release)
    } catch (error) {
      release()
      throw error
    }
  })
}

/** The same response, which tells when its body was read, left or broken. */
function withEnd(response: Response, onEnd: () => void): Response {
  if (!response.body) {
    onEnd()
    return response
  }
  const reader = response.body.getReader()
  let ended = false
  const end = () => {
    if (!ended) onEnd()
    ended = true
  }
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      end()
    },
    cancel: async (reason) => {
      end()
      await reader.cancel(reason)
    },
  })
  return new Response(body, response)
}
