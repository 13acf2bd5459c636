import { type KeyboardEvent, useRef, useState } from 'react'
import { Announcer } from './Announcer'
import { ChatHeader } from './ChatHeader'
import { Composer } from './Composer'
import { Conversations } from './Conversations'
import { MessageLog } from './MessageLog'
import { NoticeList } from './NoticeList'
import { useChat, useChatStore } from './useChat'

/** The chat panel; it fills its container. */
export function TaskChat() {
  const store = useChatStore()
  const threadId = useChat((chat) => chat.threadId)
  const visit = useChat((chat) => chat.visit)
  const [browsing, setBrowsing] = useState(false)
  const composer = useRef<HTMLTextAreaElement>(null)

  function startWriting() {
    setBrowsing(false)
    composer.current?.focus()
  }

  function open(id: string | null) {
    if (id === null || id !== threadId) void store.open(id)
    setBrowsing(false)
    // On a phone the keyboard would cover the conversation that was just chosen.
    const types = id === null || !window.matchMedia('(pointer: coarse)').matches
    if (types) requestAnimationFrame(() => composer.current?.focus())
  }

  function onKeyDown(event: KeyboardEvent) {
    // Menus and dialogs lie outside this element and take Escape for themselves.
    const inside = event.currentTarget.contains(event.target as Node)
    if (event.key !== 'Escape' || event.defaultPrevented || !inside) return
    if (browsing) startWriting()
    else void store.stop()
  }

  return (
    <section
      aria-label="Chat"
      onKeyDown={onKeyDown}
      // A wide table must not widen the page around the panel.
      className="relative flex h-full min-h-0 min-w-0 flex-col bg-surface text-fg contain-inline-size"
    >
      <ChatHeader
        browsing={browsing}
        onBrowse={() => setBrowsing(!browsing)}
        onNewChat={() => open(null)}
      />
      <div className="relative min-h-0 flex-1">
        <div className="flex h-full flex-col" inert={browsing}>
          <MessageLog key={visit} onSuggestion={startWriting} />
          <NoticeList />
          <Composer ref={composer} />
        </div>
        {browsing && <Conversations onOpen={open} />}
      </div>
      <Announcer />
    </section>
  )
}
