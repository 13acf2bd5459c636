import type { FieldConflict } from '@/api/changes'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { conflictText } from './conflicts'

type Props = { heading: string; conflicts: readonly FieldConflict[]; onClose: () => void }

/** Says field by field what stayed because it was changed since. */
export function ConflictDialog({ heading, conflicts, onClose }: Props) {
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={heading}
      description="What somebody has changed in the meantime stays as it is."
    >
      <ul className="mt-3 grid list-disc gap-1.5 pl-5 text-sm">
        {conflicts.map((conflict) => (
          <li key={`${conflict.id} ${conflict.field}`}>{conflictText(conflict)}</li>
        ))}
      </ul>
      <div className="mt-5 flex justify-end">
        <Button variant="primary" onClick={onClose}>
          Understood
        </Button>
      </div>
    </Dialog>
  )
}
