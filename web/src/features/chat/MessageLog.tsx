import { ArrowDown } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import { Button } from '@/ui/Button'
import { Activity } from './Activity'
import { EmptyChat } from './EmptyChat'
import { OutgoingMessage } from './OutgoingMessage'
import { RunEnd } from './RunEnd'
import { ThreadItemView } from './ThreadItemView'
import { ThreadSkeleton } from './ThreadSkeleton'
import { TurnsProvider } from './TurnsProvider'
import { questionIds } from './turns'
import { UnavailableThread } from './UnavailableThread'
import { useChat, useChatStore } from './useChat'
import { useStickToBottom } from './useStickToBottom'
import { WaitingMessages } from './WaitingMessages'

type Props = { onSuggestion: () => void }

export function MessageLog({ onSuggestion }: Props) {
  const store = useChatStore()
  const phase = useChat((chat) => chat.phase)
  const items = useChat((chat) => chat.items)
  const outgoing = useChat((chat) => chat.outgoing)
  const earlier = useChat((chat) => chat.earlier !== null)
  const loadingEarlier = useChat((chat) => chat.loadingEarlier)
  const { scroller, content, atEnd, scrollToEnd } = useStickToBottom()
  const questions = questionIds(items)
  const empty = phase === 'ready' && items.length === 0 && outgoing.length === 0

  // One's own message is always looked at, wherever one was reading.
  useLayoutEffect(() => {
    if (outgoing.length > 0) scrollToEnd()
  }, [outgoing, scrollToEnd])

  // Earlier messages push the rest down; the line that was read stays under the eye.
  const firstId = items[0]?.id
  const fromEnd = useRef(0)
  useLayoutEffect(() => {
    const box = scroller.current
    if (box && firstId && fromEnd.current > 0) box.scrollTop = box.scrollHeight - fromEnd.current
    fromEnd.current = 0
  }, [firstId, scroller])

  async function loadEarlier() {
    const box = scroller.current
    fromEnd.current = box ? box.scrollHeight - box.scrollTop : 0
    await store.loadEarlier()
    // The button that had the focus may be gone; the arrow keys should go on from here.
    box?.focus({ preventScroll: true })
  }

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label="Messages"
        // What is worth hearing is said by the Announcer, not letter by letter.
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the messages are scrolled with the keyboard
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div ref={content} className="mx-auto flex min-h-full max-w-3xl flex-col px-4 py-5">
          {phase === 'opening' && <ThreadSkeleton />}
          {phase === 'unavailable' && <UnavailableThread />}
          {empty && <EmptyChat onSuggestion={onSuggestion} />}
          {earlier && (
            <Button
              size="sm"
              className="mb-5 self-center"
              disabled={loadingEarlier}
              onClick={() => void loadEarlier()}
            >
              {loadingEarlier ? 'Loading…' : 'Load earlier messages'}
            </Button>
          )}
          <TurnsProvider>
            <ol className="flex flex-col gap-5">
              {items.map((item, index) => (
                <ThreadItemView
                  key={item.id}
                  item={item}
                  questionId={questions[index] ?? null}
                  next={items[index + 1]?.type ?? null}
                />
              ))}
              {outgoing.map((message) =>
                message.waits ? null : <OutgoingMessage key={message.key} message={message} />,
              )}
            </ol>
          </TurnsProvider>
          <Activity />
          <RunEnd />
          <WaitingMessages />
        </div>
      </div>
      {!atEnd && (
        <Button
          size="icon"
          aria-label="Scroll to the newest message"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-popup"
          onClick={scrollToEnd}
        >
          <ArrowDown />
        </Button>
      )}
    </div>
  )
}
