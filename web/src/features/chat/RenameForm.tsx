import { type FormEvent, type KeyboardEvent, useRef } from 'react'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'

type Props = { title: string; onRename: (title: string) => void; onCancel: () => void }

export function RenameForm({ title, onRename, onCancel }: Props) {
  const input = useRef<HTMLInputElement>(null)

  function submit(event: FormEvent) {
    event.preventDefault()
    onRename(input.current?.value.trim() ?? '')
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape') return
    // The list itself closes on Escape.
    event.stopPropagation()
    onCancel()
  }

  return (
    <form className="flex items-center gap-1.5 p-1" onSubmit={submit}>
      <Input
        ref={input}
        aria-label="Title"
        defaultValue={title}
        maxLength={200}
        autoFocus
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
      />
      <Button type="submit" variant="primary">
        Save
      </Button>
    </form>
  )
}
