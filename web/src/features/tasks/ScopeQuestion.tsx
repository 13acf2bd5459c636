import type { Scope } from '@/api/tasks'
import { Button } from '@/ui/Button'

type Props = { onChoose: (scope: Scope) => void; onCancel: () => void; disabled: boolean }

/** Asked before a task that repeats gets another date. */
export function ScopeQuestion({ onChoose, onCancel, disabled }: Props) {
  return (
    <fieldset className="grid gap-2 rounded-lg bg-muted p-3">
      <legend className="sr-only">Which dates are meant?</legend>
      <p role="status" className="text-sm">
        This task repeats. Is the new date for this one only, or do all following ones move with it?
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" onClick={onCancel}>
          Back
        </Button>
        <Button disabled={disabled} onClick={() => onChoose('this')}>
          Only this one
        </Button>
        <Button disabled={disabled} variant="primary" onClick={() => onChoose('following')}>
          This and all following
        </Button>
      </div>
    </fieldset>
  )
}
