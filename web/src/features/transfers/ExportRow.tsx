import { SettingsRow } from '@/ui/SettingsRow'

const EXPORTS = [
  { format: 'json', name: 'JSON', note: 'everything, to come back to TaskChat' },
  { format: 'csv', name: 'CSV', note: 'a table' },
  { format: 'ics', name: 'ICS', note: 'for calendars' },
] as const

export function ExportRow() {
  return (
    <SettingsRow name="Export" note="All of your tasks, also the done ones. JSON keeps everything.">
      <div className="flex gap-2">
        {EXPORTS.map(({ format, name, note }) => (
          <a
            key={format}
            href={`/api/export?format=${format}`}
            download
            title={`${name}: ${note}`}
            className="inline-flex h-9 items-center rounded-lg border border-line-strong bg-surface px-3.5 text-sm font-medium hover:bg-muted"
          >
            {name}
          </a>
        ))}
      </div>
    </SettingsRow>
  )
}
