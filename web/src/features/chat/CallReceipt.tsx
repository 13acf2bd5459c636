import { FieldChanges } from '@/features/history/FieldChanges'
import { countText } from '@/lib/amounts'
import { changedName, type Receipt } from './receipt'

type Props = { receipt: Receipt }

/** What a call really changed, whatever the answer says about it. */
export function CallReceipt({ receipt }: Props) {
  const { count, changes, changeSet } = receipt
  const unlisted = count - changes.length
  return (
    <section>
      <h4 className="mb-1 text-[11px] font-medium text-muted-fg">
        Recorded: {countText(count, 'change')}
      </h4>
      <ul className="grid gap-1.5 text-xs">
        {changes.map((change) => (
          <li key={change.id} className="min-w-0 wrap-anywhere">
            <span className="font-medium">{changedName(change)}</span>{' '}
            <span className="text-muted-fg">version {change.version}</span>
            <FieldChanges changes={change.fields} />
          </li>
        ))}
        {changes.length > 0 && unlisted > 0 && (
          <li className="text-muted-fg">and {unlisted} more</li>
        )}
      </ul>
      <p className="mt-1.5 text-[11px] text-muted-fg">
        Change set <span className="font-mono wrap-anywhere">{changeSet}</span>
      </p>
    </section>
  )
}
