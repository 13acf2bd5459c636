import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, vi } from 'vitest'
import { topicOf } from '@/api/liveEvent'
import { ChatProvider } from '@/features/chat/ChatProvider'
import { TaskChat } from '@/features/chat/TaskChat'
import { HistoryProvider } from '@/features/history/HistoryProvider'
import { LiveEventsProvider } from '@/lib/liveEvents'
import { ToastProvider } from '@/ui/Toast'
import { ScriptedChat } from './chatServer'

export function mountPanel() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <LiveEventsProvider
          url="/api/events?answers=1"
          owner="ada"
          topicOf={topicOf}
          onSignedOut={vi.fn()}
        >
          <HistoryProvider>
            <ChatProvider>
              <TaskChat />
            </ChatProvider>
          </HistoryProvider>
        </LiveEventsProvider>
      </ToastProvider>
    </QueryClientProvider>,
  )
}

type Facts = { ends?: ScriptedChat['ends']; config?: object }

/** The chat before a real server: a new one, or with `items` the thread that the address names. */
export async function showPanel(items?: ScriptedChat['items'], { ends = [], config }: Facts = {}) {
  const chat = await ScriptedChat.start()
  chat.ends = ends
  if (config) chat.elsewhere['/api/config'] = config
  stubBrowser(chat.server.origin)
  window.history.replaceState(null, '', items ? '/chat?t=thr_1' : '/chat')
  chat.items = items ?? []
  const view = mountPanel()
  if (items) await screen.findByText(chat.title)
  return { chat, view, user: userEvent.setup() }
}

/** What jsdom lacks: a layout, and addresses relative to the page. */
function stubBrowser(origin: string): void {
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (input: string | Request, init?: RequestInit) => {
    const path = typeof input === 'string' ? input : new URL(input.url).pathname
    return fetch(origin + path, init)
  })
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
}

export function composer(): HTMLElement {
  return screen.getByRole('textbox', { name: 'Message' })
}

export function log() {
  return within(screen.getByRole('log', { name: 'Messages' }))
}

/** Until an answer runs and the panel hears of it. */
export function isFollowing(chat: ScriptedChat): Promise<void> {
  return waitFor(() => {
    expect(chat.isRunning).toBe(true)
    expect(chat.feeds).toBe(1)
  })
}
