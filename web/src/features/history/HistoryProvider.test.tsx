import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { LiveEventsProvider } from '@/lib/liveEvents'
import { json, refusal, serve } from '@/testing/server'
import { ToastProvider } from '@/ui/Toast'
import { HistoryProvider } from './HistoryProvider'
import { useHistory } from './history'

function Doing() {
  const { tell } = useHistory()
  return ['one', 'two'].map((name) => (
    <button
      key={name}
      type="button"
      onClick={() => tell({ changeSet: `chg_${name}`, text: `Did ${name}` })}
    >
      Do {name}
    </button>
  ))
}

async function show() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <LiveEventsProvider url="/api/events" owner="a" topicOf={() => null} onSignedOut={vi.fn()}>
          <HistoryProvider>
            <Doing />
            <input aria-label="Field" />
          </HistoryProvider>
        </LiveEventsProvider>
      </ToastProvider>
    </QueryClientProvider>,
  )
  const user = userEvent.setup()
  await user.click(screen.getByRole('button', { name: 'Do one' }))
  await user.click(screen.getByRole('button', { name: 'Do two' }))
  return user
}

function reverts() {
  const asked: string[] = []
  const answer = ({ url }: Request) => {
    asked.push(new URL(url).pathname)
    return json({ change_set_id: 'chg_x', reverted: 1, conflicts: [] })
  }
  const paths = ['one', 'two'].flatMap((name) => [
    `POST /api/undo/chg_${name}`,
    `POST /api/redo/chg_${name}`,
  ])
  serve(Object.fromEntries(paths.map((path) => [path, answer])))
  return asked
}

test('two quick presses take back two changes, the last one first, and bring them again', async () => {
  const asked = reverts()
  const user = await show()

  await user.keyboard('{Control>}zz{/Control}')
  await waitFor(() => expect(asked).toEqual(['/api/undo/chg_two', '/api/undo/chg_one']))
  await user.keyboard('{Meta>}{Shift>}z{/Shift}{/Meta}')
  await waitFor(() => expect(asked.at(-1)).toBe('/api/redo/chg_one'))
})

test('in a field the keys undo what was typed, and nothing else', async () => {
  const asked = reverts()
  const user = await show()

  await user.click(screen.getByRole('textbox', { name: 'Field' }))
  await user.keyboard('{Control>}z{/Control}')

  expect(asked).toEqual([])
})

test('an undo that nothing is left of says why, field by field', async () => {
  const conflict = { id: 'tsk_1', title: 'Milk', field: 'title', current: 'Cream', wanted: null }
  serve({
    'POST /api/undo/chg_two': () =>
      json({ code: 'undo_conflicts', detail: 'Nothing was undone.', conflicts: [conflict] }, 409),
    'POST /api/undo/chg_one': () =>
      refusal(404, 'change_set_not_found', 'There is no such change.'),
  })
  const user = await show()
  await user.keyboard('{Control>}z{/Control}')

  const dialog = await screen.findByRole('dialog', { name: 'Nothing went back' })
  expect(dialog).toHaveTextContent('it is “Cream” now and does not become empty')
  await user.click(screen.getByRole('button', { name: 'Understood' }))
  await user.keyboard('{Control>}z{/Control}')
  expect((await screen.findAllByText('There is no such change.'))[0]).toBeVisible()
})
