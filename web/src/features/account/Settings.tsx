import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Account } from '@/api/accounts'
import { chooseTheme, type ThemeChoice, useTheme } from '@/lib/theme'
import { Button } from '@/ui/Button'
import { Segments } from '@/ui/Segments'
import { SettingsRow, SettingsSection } from '@/ui/SettingsRow'
import { ZoneForm } from './ZoneForm'

const THEMES = [
  { value: 'system', label: 'System', Icon: Monitor },
  { value: 'light', label: 'Light', Icon: Sun },
  { value: 'dark', label: 'Dark', Icon: Moon },
] as const satisfies { value: ThemeChoice; label: string; Icon: typeof Sun }[]

type Props = {
  account: Account
  onSignOut: () => void
  /** Sections that are not about the account. */
  children: ReactNode
}

export function Settings({ account, onSignOut, children }: Props) {
  return (
    <div className="mx-auto grid w-full max-w-2xl gap-6 px-4 py-8">
      <title>Settings · TaskChat</title>
      <h1 className="text-xl font-semibold tracking-tight">Settings</h1>
      <SettingsSection title="Account">
        <SettingsRow name="E-mail" note="You sign in with it.">
          <span className="text-sm break-all">{account.email}</span>
        </SettingsRow>
        <SettingsRow name="Time zone" note="“Tomorrow 5pm” is meant there.">
          <ZoneForm zone={account.timezone} />
        </SettingsRow>
      </SettingsSection>
      <SettingsSection title="Appearance">
        <ThemeRow />
      </SettingsSection>
      {children}
      <SettingsSection title="Session">
        <SettingsRow name="Sign out" note="Ends the session of this browser, on the server too.">
          <Button onClick={onSignOut}>Sign out</Button>
        </SettingsRow>
      </SettingsSection>
    </div>
  )
}

function ThemeRow() {
  const { choice } = useTheme()
  return (
    <SettingsRow name="Theme" note="System follows the setting of your device.">
      <Segments label="Theme" options={THEMES} value={choice} onChange={chooseTheme} />
    </SettingsRow>
  )
}
