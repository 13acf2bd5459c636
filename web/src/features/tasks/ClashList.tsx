import { PRIORITY_NAMES, STATUS_NAMES } from '@/api/names'
import { beforeText } from '@/lib/minutes'
import { ruleText } from '@/lib/recurrence'
import { Button } from '@/ui/Button'
import type { Clash, Draft } from './draft'

const NAMES: Record<keyof Draft, string> = {
  title: 'Title',
  description: 'Description',
  status: 'Status',
  priority: 'Priority',
  project: 'Project',
  tags: 'Tags',
  day: 'Due',
  time: 'Time',
  recurrence: 'Repeats',
  recurrenceFrom: 'Counts from',
  remindBefore: 'Reminder',
}

type Props = { clashes: readonly Clash[]; onTake: (clash: Clash) => void }

/** What both sides changed, field by field: one's own words stay unless the others are taken. */
export function ClashList({ clashes, onTake }: Props) {
  return (
    <div role="alert" className="grid gap-2 rounded-lg bg-warn-soft px-3 py-2.5 text-sm text-warn">
      <p>
        {clashes.length === 0
          ? 'The task was changed in the meantime. The changes are in the form now: save again to keep yours too.'
          : 'The task was changed in the meantime. Saving again keeps what you wrote here:'}
      </p>
      <ul className="grid gap-1.5">
        {clashes.map((clash) => (
          <li key={clash.field} className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="min-w-0 break-words">
              <span className="font-medium">{NAMES[clash.field]}</span>: you have{' '}
              {said(clash.field, clash.mine)}, it is {said(clash.field, clash.theirs)} now
            </span>
            <Button size="sm" onClick={() => onTake(clash)}>
              Take that
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function said(field: keyof Draft, value: string): string {
  return value === '' ? 'nothing' : `“${words(field, value)}”`
}

function words(field: keyof Draft, value: string): string {
  switch (field) {
    case 'status':
      return STATUS_NAMES[value as Draft['status']]
    case 'priority':
      return PRIORITY_NAMES[value as Draft['priority']]
    case 'recurrence':
      return ruleText(value)
    case 'remindBefore':
      return beforeText(Number(value))
    default:
      return value
  }
}
