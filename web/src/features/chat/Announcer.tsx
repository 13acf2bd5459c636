import { useEffect, useRef, useState } from 'react'
import type { ChatState } from './chatState'
import { spokenText } from './markdownTokens'
import { textOf } from './protocol'
import { lastFailure } from './turns'
import { useChat, useChatStore } from './useChat'

/** Says to screen readers that an answer began, and then the whole of it once. */
export function Announcer() {
  const store = useChatStore()
  const running = useChat((chat) => chat.running)
  const ended = useChat((chat) => chat.ended)
  const spoken = useRef(ended)
  const [words, setWords] = useState('')

  useEffect(() => {
    // The next answer may begin in the moment in which this one ends.
    if (ended !== spoken.current) setWords(lastAnswer(store.getState()))
    else if (running) setWords('TaskChat is answering.')
    spoken.current = ended
  }, [running, ended, store])

  return (
    <p role="status" className="sr-only">
      {words}
    </p>
  )
}

/** What the run that ended last has said. */
function lastAnswer(chat: ChatState): string {
  if (lastFailure(chat)) return '' // said by its own alert
  const { items, ended } = chat
  const end = items.findIndex(({ id }) => id === ended?.itemId) + 1
  const turn = items.slice(0, end)
  const question = turn.findLastIndex(({ type }) => type === 'user_message')
  const answers = turn
    .slice(question + 1)
    .filter((item) => item.type === 'assistant_message')
    .map((item) => spokenText(textOf(item)))
  return answers.length > 0 ? `TaskChat: ${answers.join(' ')}` : ''
}
