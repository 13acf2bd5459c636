import { useState } from 'react'
import type { Usage } from '@/api/usage'
import { countText } from '@/lib/amounts'
import { Segments } from '@/ui/Segments'
import { DAYS } from './queries'
import { UsageChart } from './UsageChart'
import { UsageTable } from './UsageTable'
import { type Grouping, spentText, tokensOf } from './words'

const GROUPINGS = [
  { value: 'days', label: 'Days' },
  { value: 'models', label: 'Models' },
  { value: 'threads', label: 'Conversations' },
  { value: 'tools', label: 'Tools' },
] as const satisfies { value: Grouping; label: string }[]

type Props = { usage: Usage }

/** The last days, from several sides. */
export function UsageRow({ usage }: Props) {
  const [grouping, setGrouping] = useState<Grouping>('days')
  const { total } = usage
  return (
    <div className="grid gap-3 px-4 py-3">
      <div>
        <p className="text-sm font-medium">The last {DAYS} days</p>
        <p className="text-xs text-muted-fg">
          {total.calls === 0
            ? 'No model was asked anything.'
            : `${countText(tokensOf(total), 'token')} in ${countText(total.calls, 'call')}, ${spentText(total)}.`}
        </p>
      </div>
      {total.calls > 0 && <UsageChart usage={usage} />}
      {(total.calls > 0 || usage.tools.length > 0) && (
        <>
          <div className="flex">
            <Segments
              label="Usage by"
              options={GROUPINGS}
              value={grouping}
              onChange={setGrouping}
            />
          </div>
          <UsageTable usage={usage} grouping={grouping} />
        </>
      )}
    </div>
  )
}
