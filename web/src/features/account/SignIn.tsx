import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { AccountCard } from './AccountCard'
import { PasswordInput } from './PasswordInput'
import { useSignIn } from './queries'

type Props = {
  /** Where the person wanted to go, kept for those who turn out to have no account yet. */
  redirect?: string | undefined
}

export function SignIn({ redirect }: Props) {
  const signIn = useSignIn()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate({ email: String(form.get('email')), password: String(form.get('password')) })
  }

  return (
    <AccountCard
      title="Sign in"
      subtitle="Your tasks, and an assistant that can change them."
      footer={
        <>
          No account yet?{' '}
          <Link to="/register" search={redirect ? { redirect } : {}} className="link">
            Create one
          </Link>
        </>
      }
    >
      <form onSubmit={submit} className="grid gap-4">
        {signIn.error && <Alert>{signIn.error.message}</Alert>}
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
        <Field label="Password">
          {(control) => <PasswordInput {...control} autoComplete="current-password" />}
        </Field>
        <Button type="submit" variant="primary" disabled={signIn.isPending}>
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </AccountCard>
  )
}
