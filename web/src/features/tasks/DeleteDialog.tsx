import type { Task } from '@/api/tasks'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { useToast } from '@/ui/Toast'
import { useDeleteTask } from './queries'
import { rowOf } from './useTaskFocus'

type Props = { task: Task; onClose: () => void }

export function DeleteDialog({ task, onClose }: Props) {
  const remove = useDeleteTask()
  const toast = useToast()

  function confirm() {
    remove.mutate(task.id, {
      onSuccess: () => {
        toast(`Deleted #${task.number}`)
        onClose()
      },
    })
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      finalFocus={() => rowOf(task.id)}
      title={`Delete #${task.number}?`}
      description={`“${task.title}” will be gone for good.`}
      className="max-w-md"
    >
      <div className="mt-5 grid gap-3">
        {remove.error && <Alert>{remove.error.message}</Alert>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" disabled={remove.isPending} onClick={confirm}>
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
