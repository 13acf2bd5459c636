import type { Project } from '@/api/projects'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { useDeleteProject } from './queries'

type Props = { project: Project; onClose: () => void; onDelete: () => void }

export function DeleteProjectDialog({ project, onClose, onDelete }: Props) {
  const remove = useDeleteProject()
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Delete ${project.name}?`}
      description="Its tasks go to the trash with it. Undo brings both back."
      className="max-w-md"
    >
      <div className="mt-5 grid gap-3">
        {remove.error && <Alert>{remove.error.message}</Alert>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate(project, { onSuccess: onDelete })}
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
