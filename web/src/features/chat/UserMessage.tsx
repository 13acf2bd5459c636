import { Pencil } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { IconButton } from '@/ui/IconButton'
import { EditMessage } from './EditMessage'
import { textOf, type UserMessageItem } from './protocol'
import { useChat, useChatStore } from './useChat'
import { useOtherModel } from './useModelChoice'
import { USER_BUBBLE } from './userBubble'

type Props = { item: UserMessageItem; last: boolean }

/** Plain text: what a person typed is shown as it was typed. */
export function UserMessage({ item, last }: Props) {
  const store = useChatStore()
  const running = useChat((chat) => chat.running)
  const other = useOtherModel(item)
  const unsaved = useChat((chat) => (chat.unsaved?.itemId === item.id ? chat.unsaved.text : null))
  const [typed, setTyped] = useState<string | null>(null)
  // Begun by its author, or come back because the server did not take it.
  const draft = typed ?? unsaved
  const row = useRef<HTMLDivElement>(null)
  const text = textOf(item)

  useLayoutEffect(() => {
    // Unless its owner has moved the focus while the server decided.
    if (unsaved !== null && document.activeElement === logAround(row.current)) {
      focusField(row.current)
    }
  }, [unsaved])

  function begin() {
    flushSync(() => setTyped(text))
    focusField(row.current)
  }

  function save(edited: string) {
    // The field goes; the focus stays near.
    logAround(row.current)?.focus({ preventScroll: true })
    setTyped(null)
    void store.edit(item.id, edited, other)
  }

  function cancel() {
    flushSync(() => {
      setTyped(null)
      if (unsaved !== null) store.dropEdit()
    })
    const place = row.current?.querySelector('button') ?? logAround(row.current)
    place?.focus({ preventScroll: true })
  }

  return (
    <div ref={row} className="group flex flex-row-reverse items-end gap-1">
      <h3 className="sr-only">You</h3>
      {draft !== null ? (
        <EditMessage
          text={text}
          draft={draft}
          undoes={!last}
          blocked={running}
          onChange={setTyped}
          onSave={save}
          onCancel={cancel}
        />
      ) : (
        <>
          <p className={USER_BUBBLE}>{text}</p>
          {!running && (
            <IconButton
              label="Edit"
              size="icon-sm"
              className="mb-1 opacity-0 transition-opacity focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
              onClick={begin}
            >
              <Pencil />
            </IconButton>
          )}
        </>
      )}
    </div>
  )
}

function logAround(row: HTMLElement | null): HTMLElement | null {
  return row?.closest<HTMLElement>('[role="log"]') ?? null
}

function focusField(row: HTMLElement | null): void {
  const field = row?.querySelector('textarea')
  field?.focus()
  field?.setSelectionRange(field.value.length, field.value.length)
}
