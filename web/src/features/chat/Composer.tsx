import { ArrowUp, Square } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, type Ref, useRef } from 'react'
import { IconButton } from '@/ui/IconButton'
import { isComposing } from './isComposing'
import { LengthCounter } from './LengthCounter'
import { ModelPicker } from './ModelPicker'
import { isSendable, messageLength } from './messageLength'
import { useAutosize } from './useAutosize'
import { useChat, useChatStore } from './useChat'
import { useModelChoice } from './useModelChoice'

type Props = { ref: Ref<HTMLTextAreaElement> }

export function Composer({ ref }: Props) {
  const store = useChatStore()
  const { model } = useModelChoice()
  const draft = useChat((chat) => chat.draft)
  const running = useChat((chat) => chat.running)
  const stopping = useChat((chat) => chat.stopping)
  const ready = useChat((chat) => chat.phase === 'ready')
  const form = useRef<HTMLFormElement>(null)
  useAutosize(form, draft)
  const text = draft.trim()
  const length = messageLength(text)
  const sendable = isSendable(length) && ready

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!sendable) return
    store.setDraft('')
    void store.send(text, model)
    form.current?.querySelector('textarea')?.focus()
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    form.current?.requestSubmit()
  }

  return (
    <div className="mx-auto w-full max-w-3xl shrink-0 px-3 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <form
        ref={form}
        onSubmit={submit}
        className="flex items-end gap-1 rounded-2xl border border-line-strong bg-surface p-1.5 shadow-xs transition-colors focus-within:border-accent-text"
      >
        <textarea
          ref={ref}
          rows={1}
          value={draft}
          aria-label="Message"
          aria-describedby="chat-message-length"
          placeholder="Ask, or say what to do…"
          enterKeyHint="send"
          className="max-h-48 min-h-8 flex-1 resize-none bg-transparent px-2 py-1.5 text-sm leading-5 outline-none focus-visible:outline-none max-sm:text-base"
          onChange={(event) => store.setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {running && (
          <IconButton
            label="Stop"
            variant="outline"
            className="rounded-xl"
            disabled={stopping}
            onClick={() => void store.stop()}
          >
            <Square className="fill-current" />
          </IconButton>
        )}
        <IconButton
          label="Send"
          type="submit"
          variant="primary"
          className="rounded-xl"
          disabled={!sendable}
        >
          <ArrowUp />
        </IconButton>
      </form>
      <div className="flex min-h-6 items-center justify-between gap-3 px-2 pt-1 text-xs text-muted-fg">
        <ModelPicker />
        <LengthCounter id="chat-message-length" length={length} />
      </div>
    </div>
  )
}
