import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { expect, test } from 'vitest'
import { TWO_ASSISTANTS } from '@/testing/chatWire'
import { json, refusal, serve } from '@/testing/server'
import { AssistantSettings } from './AssistantSettings'
import { UsageSettings } from './UsageSettings'

const TOTALS = {
  calls: 2,
  requests: 2,
  prompt: 1200,
  cached: 0,
  output: 40,
  thinking: 0,
  cost: 0.0012,
  is_estimated: true,
  has_unknown_prices: false,
}
const USAGE = {
  timezone: 'Europe/Berlin',
  today: {
    day: '2026-11-21',
    resets_at: '2026-11-22T00:00:00+01:00',
    messages: { used: 80, limit: 100 },
    tokens: { used: 1240, limit: 0 },
    cost: { used: 0.0012, limit: 0.5 },
  },
  total: TOTALS,
  days: [{ ...TOTALS, day: '2026-11-21' }],
  models: [{ ...TOTALS, model: 'gemini-flash' }],
  threads: [{ ...TOTALS, thread_id: 'thr_1', title: 'Groceries' }],
  tools: [{ tool: 'create_task', calls: 2, failures: 1, median_ms: 8, p95_ms: 21 }],
}
const FOUND = {
  model: 'flash',
  items: [
    { name: 'streaming', status: 'ok', found: 'The first words came after 0.4 s.', advice: '' },
    {
      name: 'tools',
      status: 'failed',
      found: 'It calls no tools.',
      advice: 'Choose a model with tools.',
    },
  ],
  tokens: 900,
  cost: null,
}

function show(check: () => Response) {
  serve({
    'GET /api/config': () => json(TWO_ASSISTANTS),
    'GET /api/usage': () => json(USAGE),
    'POST /api/assistants/check': check,
  })
  const view = render(
    <QueryClientProvider client={new QueryClient()}>
      <AssistantSettings />
      <UsageSettings />
    </QueryClientProvider>,
  )
  return { view, user: userEvent.setup() }
}

async function check(user: ReturnType<typeof userEvent.setup>) {
  await user.click(await screen.findByRole('button', { name: 'Check gemini-flash' }))
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.getByText(/a few short questions/)).toBeVisible()
  await user.click(dialog.getByRole('button', { name: 'Check now' }))
}

test('a check says what it costs before it is made, and then what it found', async () => {
  const { user } = show(() => json(FOUND))
  await check(user)

  const found = await screen.findByRole('list', { name: 'What the check of gemini-flash found' })
  const [streaming, tools] = within(found).getAllByRole('listitem')
  expect(streaming).toHaveTextContent(/OK.*Streaming.*The first words came after/)
  expect(tools).toHaveTextContent(/Failed.*Tools.*Choose a model with tools/)
  expect(screen.getByText('The check took 900 tokens, price unknown.')).toBeVisible()
})

test('a check that is refused says why', async () => {
  const { user } = show(() => refusal(429, 'too_often', 'Wait 10 seconds before the next check.'))
  await check(user)

  expect(await screen.findByRole('alert')).toHaveTextContent('Wait 10 seconds')
})

test('the built-in commands need no check', async () => {
  show(() => json(FOUND))
  await screen.findByRole('button', { name: 'Check gemini-flash' })
  expect(screen.queryByRole('button', { name: 'Check Built-in commands' })).not.toBeInTheDocument()
})

test('usage is told against the limits of today, and from several sides', async () => {
  const { user, view } = show(() => json(FOUND))
  expect((await screen.findByText('Messages')).nextSibling).toHaveTextContent('80 of 100')
  expect(screen.getByText('Cost', { selector: 'dt' }).nextSibling).toHaveTextContent(
    '$0.0012 of $0.50',
  )
  expect(screen.getByText('1,240 tokens in 2 calls, $0.0012, estimated.')).toBeVisible()
  const rows = () => screen.getAllByRole('row').map(({ textContent }) => textContent)
  expect(rows()[0]).toBe('DayCallsTokensCost')
  await user.click(screen.getByRole('radio', { name: 'Conversations' }))
  expect(rows()[1]).toBe('Groceries21,240$0.0012, estimated')
  await user.click(screen.getByRole('radio', { name: 'Tools' }))
  expect(rows()).toEqual(['ToolCallsFailedUsuallyAt most', 'create task218 ms21 ms'])
  const { violations } = await axe.run(view.container, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
})
