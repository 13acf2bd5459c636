import { useQuery } from '@tanstack/react-query'
import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Account } from '@/api/accounts'
import { chooseTheme, type ThemeChoice, useTheme } from '@/lib/theme'
import { Button } from '@/ui/Button'
import { SettingsRow, SettingsSection } from '@/ui/SettingsRow'
import { accountQueries } from './queries'
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
      <SettingsSection title="Assistant">
        <AssistantRow />
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
      <fieldset className="flex rounded-lg border border-line-strong bg-surface p-0.5">
        <legend className="sr-only">Theme</legend>
        {THEMES.map(({ value, label, Icon }) => (
          <label
            key={value}
            className="flex h-8 cursor-pointer items-center gap-1.5 rounded-md px-2.5 text-sm text-muted-fg has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
          >
            <input
              type="radio"
              name="theme"
              value={value}
              checked={choice === value}
              onChange={() => chooseTheme(value)}
              className="sr-only"
            />
            <Icon aria-hidden className="size-4" />
            {label}
          </label>
        ))}
      </fieldset>
    </SettingsRow>
  )
}

function AssistantRow() {
  const { data } = useQuery(accountQueries.config())
  const note =
    data?.assistant.kind === 'gemini'
      ? 'A language model. What you write to it leaves this server.'
      : 'No language model is set up: commands are read by this server itself.'
  return (
    <SettingsRow name="Answers come from" note={data ? note : ''}>
      <span className="text-sm">{data?.assistant.name}</span>
    </SettingsRow>
  )
}
