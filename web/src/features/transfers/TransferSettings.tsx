import { SettingsSection } from '@/ui/SettingsRow'
import { ExportRow } from './ExportRow'
import { FeedRow } from './FeedRow'
import { ImportRow } from './ImportRow'

type Props = { zone: string }

/** Everything that brings tasks in and out. */
export function TransferSettings({ zone }: Props) {
  return (
    <SettingsSection title="In and out">
      <ImportRow />
      <ExportRow />
      <FeedRow zone={zone} />
    </SettingsSection>
  )
}
