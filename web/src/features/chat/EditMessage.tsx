import { type FormEvent, type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { Button } from '@/ui/Button'
import { isComposing } from './isComposing'
import { LengthCounter } from './LengthCounter'
import { isSendable, messageLength } from './messageLength'
import { useAutosize } from './useAutosize'

type Props = {
  /** What the message says now. */
  text: string
  /** What the field begins with. */
  draft: string
  takesFocus: boolean
  /** Whether something came after the message. */
  undoes: boolean
  blocked: boolean
  onSave: (text: string) => void
  onCancel: () => void
}

export function EditMessage({ text, draft, takesFocus, undoes, blocked, onSave, onCancel }: Props) {
  const [typed, setTyped] = useState(draft)
  const form = useRef<HTMLFormElement>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  useAutosize(form, typed)
  useLayoutEffect(() => {
    if (!takesFocus || !area.current) return
    area.current.focus()
    area.current.setSelectionRange(area.current.value.length, area.current.value.length)
  }, [takesFocus])
  const edited = typed.trim()
  const length = messageLength(edited)
  const savable = isSendable(length) && edited !== text && !blocked

  function submit(event: FormEvent) {
    event.preventDefault()
    if (savable) onSave(edited)
  }

  function cancelOnEscape(event: KeyboardEvent) {
    if (event.key !== 'Escape' || isComposing(event)) return
    // Around the form, Escape stops the answer.
    event.stopPropagation()
    onCancel()
  }

  function saveOnEnter(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    form.current?.requestSubmit()
  }

  return (
    <form
      ref={form}
      onSubmit={submit}
      onKeyDown={cancelOnEscape}
      className="w-full rounded-2xl rounded-br-md border border-line-strong bg-accent-soft p-1.5 focus-within:border-accent-text"
    >
      <textarea
        ref={area}
        rows={1}
        value={typed}
        aria-label="Edit message"
        aria-describedby={`${id}-undoes ${id}-length`}
        enterKeyHint="send"
        className="block max-h-72 min-h-8 w-full resize-none bg-transparent px-2 py-1.5 text-sm leading-relaxed outline-none focus-visible:outline-none max-sm:text-base"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={saveOnEnter}
      />
      <div className="flex flex-wrap items-center justify-end gap-x-2 gap-y-1 pl-2 text-xs text-muted-fg">
        <p id={`${id}-undoes`} className="min-w-0 flex-1 basis-40">
          {undoes && 'All that came after goes, and what the answers changed is undone first.'}
        </p>
        <LengthCounter id={`${id}-length`} length={length} />
        <Button size="sm" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="sm" variant="primary" type="submit" disabled={!savable}>
          Save
        </Button>
      </div>
    </form>
  )
}
