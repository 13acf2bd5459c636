import { useMutation } from '@tanstack/react-query'
import type { Account } from '@/api/accounts'
import { Input } from '@/ui/Input'
import { SettingsRow, SettingsSection } from '@/ui/SettingsRow'
import { Switch } from '@/ui/Switch'
import { useToast } from '@/ui/Toast'
import { PushRow } from './PushRow'
import { changeSettings } from './queries'

const USUAL_TIME = '08:00'

type Props = { account: Account; onChange: (account: Account) => void }

/** How and when one is told. */
export function NoticeSettings({ account, onChange }: Props) {
  const toast = useToast()
  const change = useMutation({
    mutationFn: changeSettings,
    onSuccess: onChange,
    onError: (error) => toast(error.message, 'danger'),
  })
  const time = account.digest_time

  return (
    <SettingsSection title="Reminders and digest">
      <SettingsRow name="Daily digest" note="What is due today and overdue, once a day.">
        <div className="flex items-center gap-3">
          {time !== null && (
            <Input
              type="time"
              aria-label="Time of the digest"
              required
              defaultValue={time}
              onBlur={({ target }) => {
                if (target.value !== '' && target.value !== time) {
                  change.mutate({ digest_time: target.value })
                }
              }}
              className="w-32"
            />
          )}
          <Switch
            label="Daily digest"
            hideLabel
            checked={time !== null}
            disabled={change.isPending}
            onChange={(on) => change.mutate({ digest_time: on ? USUAL_TIME : null })}
          />
        </div>
      </SettingsRow>
      <SettingsRow
        name="By e-mail"
        note={
          account.mail_available
            ? `Reminders and the digest also go to ${account.email}.`
            : 'This server is not set up to send e-mail.'
        }
      >
        <Switch
          label="Reminders by e-mail"
          hideLabel
          checked={account.reminders_by_email}
          disabled={change.isPending || !account.mail_available}
          onChange={(on) => change.mutate({ reminders_by_email: on })}
        />
      </SettingsRow>
      <PushRow />
    </SettingsSection>
  )
}
