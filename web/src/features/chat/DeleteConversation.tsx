import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { titleOf } from './conversationTitle'
import type { Thread } from './protocol'

type Props = {
  /** The conversation to ask about; null keeps the question closed. */
  thread: Thread | null
  onConfirm: (thread: Thread) => void
  onCancel: () => void
}

export function DeleteConversation({ thread, onConfirm, onCancel }: Props) {
  return (
    <Dialog
      open={thread !== null}
      onOpenChange={(open) => open || onCancel()}
      title="Delete this conversation?"
      description={
        thread && `“${titleOf(thread)}” and its messages will be gone. Your tasks stay as they are.`
      }
      className="max-w-sm"
    >
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button variant="danger" onClick={() => thread && onConfirm(thread)}>
          Delete
        </Button>
      </div>
    </Dialog>
  )
}
