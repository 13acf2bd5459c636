import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { json, refusal, serve } from '@/testing/server'
import { App } from './App'

const ADA = {
  id: 'usr_1',
  email: 'ada@example.com',
  timezone: 'Europe/Berlin',
  created_at: '2026-11-01T09:00:00Z',
}
const COMMANDS = { id: 'commands', kind: 'commands', name: 'Built-in commands' }
const CONFIG = {
  signup: true,
  assistant: COMMANDS,
  assistants: [COMMANDS],
  version: '0.1.0',
}

let signedIn: boolean

beforeEach(() => {
  signedIn = false
  serve({
    'GET /api/config': () => json(CONFIG),
    'GET /api/auth/me': () =>
      signedIn ? json(ADA) : refusal(401, 'unauthenticated', 'Please sign in.'),
    'POST /api/auth/login': async (request) => {
      const { password } = (await request.json()) as { password: string }
      signedIn = password === 'correct horse'
      return signedIn ? json(ADA) : refusal(401, 'wrong_credentials', 'That is not right.')
    },
    'POST /api/auth/logout': () => {
      signedIn = false
      return new Response(null, { status: 204 })
    },
  })
})

function openAt(path: string) {
  window.history.replaceState(null, '', path)
  render(<App />)
  return userEvent.setup()
}

async function fillIn(user: ReturnType<typeof userEvent.setup>, password: string) {
  await user.clear(await screen.findByLabelText('E-mail'))
  await user.type(screen.getByLabelText('E-mail'), ADA.email)
  await user.clear(screen.getByLabelText('Password'))
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('who is not signed in signs in first and then gets where they wanted to go', async () => {
  const user = openAt('/settings')

  await fillIn(user, 'wrong horse')
  expect(await screen.findByRole('alert')).toHaveTextContent('That is not right.')
  expect(window.location.pathname).toBe('/login')

  await fillIn(user, 'correct horse')
  expect(await screen.findByRole('heading', { name: 'Settings' })).toBeVisible()
  expect(window.location.pathname).toBe('/settings')
})

test('who is signed in does not see the sign-in page, until they sign out', async () => {
  signedIn = true
  const user = openAt('/login?redirect=%2Fsettings')
  await screen.findByRole('heading', { name: 'Settings' })

  await user.click(screen.getByRole('button', { name: 'Sign out' }))

  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible()
  await waitFor(() => expect(window.location.pathname).toBe('/login'))
})

test('a closed sign-up says so instead of showing a form', async () => {
  serve({
    'GET /api/config': () => json({ ...CONFIG, signup: false }),
    'GET /api/auth/me': () => refusal(401, 'unauthenticated', 'Please sign in.'),
  })
  openAt('/register')

  expect(await screen.findByRole('heading', { name: 'Sign-up is closed' })).toBeVisible()
  expect(screen.queryByLabelText('Password')).not.toBeInTheDocument()
})
