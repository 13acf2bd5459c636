import { expect, vi } from 'vitest'
import { textOf } from '@/features/chat/protocol'
import { ChatStore } from '@/features/chat/store'
import { Transport } from '@/features/chat/transport'
import type { ScriptedChat } from './chatServer'

/** Longer than a tab waits for what the shared connection should bring. */
export const PATIENCE = { timeout: 8_000 }

/** A tab that no shared connection serves. */
export function openTab(chat: ScriptedChat): ChatStore {
  return new ChatStore(new Transport(chat.server.origin), (flush) => setTimeout(flush, 1))
}

export function shown(store: ChatStore): string[] {
  return store
    .getState()
    .items.map((item) =>
      item.type === 'user_message' || item.type === 'assistant_message' ? textOf(item) : item.type,
    )
}

export async function idle(store: ChatStore): Promise<void> {
  await vi.waitFor(() => expect(store.getState().running).toBe(false), PATIENCE)
}
