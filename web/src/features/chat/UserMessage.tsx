import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { IconButton } from '@/ui/IconButton'
import { EditMessage } from './EditMessage'
import { textOf, type UserMessageItem } from './protocol'
import { useChat, useChatStore } from './useChat'
import { USER_BUBBLE } from './userBubble'

type Props = { item: UserMessageItem; last: boolean }

/** Begun by its author, or come back because the server did not take it. */
type Editing = { draft: string; takesFocus: boolean }

/** Plain text: what a person typed is shown as it was typed. */
export function UserMessage({ item, last }: Props) {
  const store = useChatStore()
  const running = useChat((chat) => chat.running)
  const [editing, setEditing] = useState<Editing | null>(null)
  const row = useRef<HTMLDivElement>(null)
  const text = textOf(item)

  async function save(draft: string) {
    const log = row.current?.closest<HTMLElement>('[role="log"]')
    // The field goes; the focus stays near, unless its owner moves it while the server decides.
    log?.focus({ preventScroll: true })
    setEditing(null)
    if (await store.edit(item.id, draft)) return
    setEditing({ draft, takesFocus: document.activeElement === log })
  }

  function cancel() {
    flushSync(() => setEditing(null))
    const button = row.current?.querySelector('button')
    const place = button ?? row.current?.closest<HTMLElement>('[role="log"]')
    place?.focus({ preventScroll: true })
  }

  return (
    <div ref={row} className="group flex flex-row-reverse items-end gap-1">
      <h3 className="sr-only">You</h3>
      {editing ? (
        <EditMessage
          text={text}
          {...editing}
          undoes={!last}
          blocked={running}
          onSave={(draft) => void save(draft)}
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
              onClick={() => setEditing({ draft: text, takesFocus: true })}
            >
              <Pencil />
            </IconButton>
          )}
        </>
      )}
    </div>
  )
}
