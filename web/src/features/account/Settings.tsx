import { useQuery } from '@tanstack/react-query'
import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Account } from '@/api/accounts'
import { chooseTheme, type ThemeChoice, useTheme } from '@/lib/theme'
import { Button } from '@/ui/Button'
import { accountQueries } from './queries'
import { ZoneForm } from './ZoneForm'

const THEMES = [
  { value: 'system', label: 'System', Icon: Monitor },
  { value: 'light', label: 'Light', Icon: Sun },
  { value: 'dark', label: 'Dark', Icon: Moon },
] as const satisfies { value: ThemeChoice; label: string; Icon: typeof Sun }[]

type Props = { account: Account; onSignOut: () => void }

export function Settings({ account, onSignOut }: Props) {
  return (
    <div className="mx-auto grid w-full max-w-2xl gap-6 px-4 py-8">
      <title>Settings · TaskChat</title>
      <h1 className="text-xl font-semibold tracking-tight">Settings</h1>
      <Section title="Account">
        <Row name="E-mail" note="You sign in with it.">
          <span className="text-sm break-all">{account.email}</span>
        </Row>
        <Row name="Time zone" note="“Tomorrow 5pm” is meant there.">
          <ZoneForm zone={account.timezone} />
        </Row>
      </Section>
      <Section title="Appearance">
        <ThemeRow />
      </Section>
      <Section title="Assistant">
        <AssistantRow />
      </Section>
      <Section title="Session">
        <Row name="Sign out" note="Ends the session of this browser, on the server too.">
          <Button onClick={onSignOut}>Sign out</Button>
        </Row>
      </Section>
    </div>
  )
}

function ThemeRow() {
  const { choice } = useTheme()
  return (
    <Row name="Theme" note="System follows the setting of your device.">
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
    </Row>
  )
}

function AssistantRow() {
  const { data } = useQuery(accountQueries.config())
  const note =
    data?.assistant.kind === 'gemini'
      ? 'A language model. What you write to it leaves this server.'
      : 'No language model is set up: commands are read by this server itself.'
  return (
    <Row name="Answers come from" note={data ? note : ''}>
      <span className="text-sm">{data?.assistant.name}</span>
    </Row>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h2 className="text-[13px] font-medium text-muted-fg">{title}</h2>
      <div className="divide-y rounded-xl border bg-surface">{children}</div>
    </section>
  )
}

function Row({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0">
        <p className="text-sm font-medium">{name}</p>
        <p className="text-xs text-muted-fg">{note}</p>
      </div>
      {children}
    </div>
  )
}
