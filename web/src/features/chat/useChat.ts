import { createContext, use, useSyncExternalStore } from 'react'
import type { ChatState } from './chatState'
import type { ChatStore } from './store'

export const ChatContext = createContext<ChatStore | null>(null)

/** What one can do to the chat; it never changes, so reading it renders nothing anew. */
export function useChatStore(): ChatStore {
  const store = use(ChatContext)
  if (!store) throw new Error('useChatStore needs a ChatProvider above it.')
  return store
}

/** A part of the chat's state; `select` must give the same value while nothing changed. */
export function useChat<Part>(select: (state: ChatState) => Part): Part {
  const store = useChatStore()
  return useSyncExternalStore(store.subscribe, () => select(store.getState()))
}
