import { useQuery } from '@tanstack/react-query'
import { SettingsSection } from '@/ui/SettingsRow'
import { usageQueries } from './queries'
import { TodayRow } from './TodayRow'
import { UsageRow } from './UsageRow'

/** What the models took, today and lately. */
export function UsageSettings() {
  const { data, error } = useQuery(usageQueries.own())
  return (
    <SettingsSection title="Usage">
      {error && <p className="px-4 py-3 text-sm text-muted-fg">{error.message}</p>}
      {data && (
        <>
          <TodayRow today={data.today} />
          <UsageRow usage={data} />
        </>
      )}
    </SettingsSection>
  )
}
