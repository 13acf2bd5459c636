import { type FormEvent, type KeyboardEvent, useId, useRef } from 'react'
import { Button } from '@/ui/Button'
import { isComposing } from './isComposing'
import { LengthCounter } from './LengthCounter'
import { isSendable, messageLength } from './messageLength'
import { useAutosize } from './useAutosize'

type Props = {
  /** What the message says now. */
  text: string
  /** What the field says. */
  draft: string
  /** Whether something came after the message. */
  undoes: boolean
  blocked: boolean
  onChange: (draft: string) => void
  onSave: (text: string) => void
  onCancel: () => void
}

export function EditMessage({ text, draft, undoes, blocked, onChange, onSave, onCancel }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  useAutosize(form, draft)
  const edited = draft.trim()
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
        rows={1}
        value={draft}
        aria-label="Edit message"
        aria-describedby={`${id}-undoes ${id}-length`}
        enterKeyHint="send"
        className="block max-h-72 min-h-8 w-full resize-none bg-transparent px-2 py-1.5 text-sm leading-relaxed outline-none focus-visible:outline-none max-sm:text-base"
        onChange={(event) => onChange(event.target.value)}
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
