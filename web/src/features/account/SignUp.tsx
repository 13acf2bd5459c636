import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { configQuery } from '@/api/config'
import { browserZone } from '@/lib/zonedTime'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { AccountCard } from './AccountCard'
import { PasswordInput } from './PasswordInput'
import { useSignUp } from './queries'

const MIN_PASSWORD = 8
const MAX_PASSWORD = 128

type Props = { redirect?: string | undefined }

export function SignUp({ redirect }: Props) {
  const config = useQuery(configQuery())
  const footer = (
    <>
      Already have an account?{' '}
      <Link to="/login" search={redirect ? { redirect } : {}} className="link">
        Sign in
      </Link>
    </>
  )

  if (config.data?.signup === false) {
    return (
      <AccountCard
        title="Sign-up is closed"
        subtitle="This server does not take new accounts."
        footer={footer}
      >
        <p className="text-sm leading-relaxed text-muted-fg">
          Whoever runs it can make an account for you, or open the sign-up with the setting{' '}
          <code className="font-mono text-xs text-fg">TASKCHAT_SIGNUP</code>.
        </p>
      </AccountCard>
    )
  }

  return (
    <AccountCard
      title="Create your account"
      subtitle="An e-mail address and a password are all it takes."
      footer={footer}
    >
      <SignUpForm />
    </AccountCard>
  )
}

function SignUpForm() {
  const signUp = useSignUp()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signUp.mutate({
      email: String(form.get('email')),
      password: String(form.get('password')),
      timezone: browserZone(),
    })
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      {signUp.error && <Alert>{signUp.error.message}</Alert>}
      <Field label="E-mail">
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            autoFocus
            required
          />
        )}
      </Field>
      <Field label="Password" hint={`At least ${MIN_PASSWORD} characters.`}>
        {(control) => (
          <PasswordInput
            {...control}
            autoComplete="new-password"
            minLength={MIN_PASSWORD}
            maxLength={MAX_PASSWORD}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" disabled={signUp.isPending}>
        {signUp.isPending ? 'Creating your account…' : 'Create account'}
      </Button>
      <p className="text-xs text-muted-fg">
        Dates will be read in the time zone of this browser, {browserZone()}. You can change that in
        the settings.
      </p>
    </form>
  )
}
