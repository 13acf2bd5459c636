import { useEffect, useRef, useState } from 'react'
import type { ChatState } from './chatState'
import { spokenText } from './markdownTokens'
import { textOf } from './protocol'
import { useChat, useChatStore } from './useChat'

/** Says to screen readers that an answer began, and then the whole of it once. */
export function Announcer() {
  const store = useChatStore()
  const running = useChat((chat) => chat.running)
  const ran = useRef(false)
  const [words, setWords] = useState('')

  useEffect(() => {
    if (running) setWords('TaskChat is answering.')
    else if (ran.current) setWords(lastAnswer(store.getState()))
    ran.current = running
  }, [running, store])

  return (
    <p role="status" className="sr-only">
      {words}
    </p>
  )
}

function lastAnswer({ items, error }: ChatState): string {
  if (error) return '' // said by its own alert
  const question = items.findLastIndex(({ type }) => type === 'user_message')
  const answers = items
    .slice(question + 1)
    .filter((item) => item.type === 'assistant_message')
    .map((item) => spokenText(textOf(item)))
  return answers.length > 0 ? `TaskChat: ${answers.join(' ')}` : ''
}
