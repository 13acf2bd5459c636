import { browserZone } from '@/lib/zonedTime'
import { Button } from '@/ui/Button'
import { FIELD } from '@/ui/Input'
import { useToast } from '@/ui/Toast'
import { useChangeZone } from './queries'

/** Saves on choosing; offers the zone of the browser when it is another one. */
export function ZoneForm({ zone }: { zone: string }) {
  const changeZone = useChangeZone()
  const toast = useToast()
  const here = browserZone()
  const zones = [...new Set([zone, here, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort()

  function change(timezone: string) {
    changeZone.mutate(timezone, {
      onSuccess: () => toast('Time zone saved'),
      onError: (error) => toast(error.message, 'danger'),
    })
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <select
        aria-label="Time zone"
        value={zone}
        disabled={changeZone.isPending}
        onChange={(event) => change(event.target.value)}
        className={`${FIELD} h-9 w-56`}
      >
        {zones.map((name) => (
          <option key={name} value={name}>
            {name.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
      {here !== zone && (
        <Button onClick={() => change(here)}>Use {here.replaceAll('_', ' ')}</Button>
      )}
    </div>
  )
}
