import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'

const SHORTCUTS = [
  { keys: ['n'], does: 'Add a task' },
  { keys: ['/'], does: 'Search' },
  { keys: ['j', 'k'], does: 'Next, previous task' },
  { keys: ['c'], does: 'Complete the task, or open it again' },
  { keys: ['e', 'Enter'], does: 'Edit the task' },
  { keys: ['s'], does: 'Add a subtask' },
  { keys: ['Delete'], does: 'Delete the task' },
  { keys: ['x'], does: 'Select the task' },
  { keys: ['⇧', 'x'], does: 'Select all from the last one to here' },
  { keys: ['Ctrl', 'z'], does: 'Undo' },
  { keys: ['Ctrl', '⇧', 'z'], does: 'Redo' },
  { keys: ['Esc'], does: 'Close, or leave a field' },
  { keys: ['F6'], does: 'To the messages at the bottom' },
  { keys: ['?'], does: 'This overview' },
]

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Keyboard shortcuts"
      className="max-w-sm"
    >
      <dl className="mt-3 divide-y text-sm">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does} className="flex items-center justify-between gap-4 py-2">
            <dt>{does}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
