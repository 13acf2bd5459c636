import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { HistoryProvider } from '@/features/history/HistoryProvider'
import { LiveEventsProvider } from '@/lib/liveEvents'
import { json, refusal, ScriptedFeed, serve } from '@/testing/server'
import { taskWith } from '@/testing/tasks'
import { ToastProvider } from '@/ui/Toast'
import type { TaskFilter } from './filter'
import { TasksView } from './TasksView'

const MILK = taskWith({ number: 1, title: 'Buy milk' })
const BREAD = taskWith({ number: 2, title: 'Buy bread', due: '2026-11-19', priority: 'high' })

function page(items = [BREAD, MILK], total = items.length) {
  return json({ items, total, total_is_exact: true, next_cursor: null })
}

function View() {
  const [filter, setFilter] = useState<TaskFilter>({})
  return <TasksView zone="Europe/Berlin" filter={filter} onFilterChange={setFilter} />
}

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <LiveEventsProvider
          url="/api/events"
          owner="ada"
          topicOf={() => null}
          onSignedOut={vi.fn()}
        >
          <HistoryProvider>
            <View />
          </HistoryProvider>
        </LiveEventsProvider>
      </ToastProvider>
    </QueryClientProvider>,
  )
  return userEvent.setup()
}

test('tasks stand under what their due date means', async () => {
  serve({ 'GET /api/tasks': () => page() })
  show()

  const overdue = await screen.findByRole('region', { name: 'Overdue' })
  expect(within(overdue).getByRole('button', { name: 'Buy bread' })).toBeVisible()
  const undated = screen.getByRole('region', { name: 'No date' })
  expect(within(undated).getByRole('button', { name: 'Buy milk' })).toBeVisible()
})

test('a tick shows at once, and goes away with a word when the server refuses', async () => {
  const answered = Promise.withResolvers<Response>()
  serve({
    'GET /api/tasks': () => page([MILK]),
    [`POST /api/tasks/${MILK.id}/complete`]: () => answered.promise,
  })
  const user = show()
  const box = await screen.findByRole('checkbox', { name: 'Complete #1 Buy milk' })

  await user.click(box)
  expect(box).toBeChecked()

  answered.resolve(refusal(500, 'internal', 'The disk is full.'))
  await waitFor(() => expect(box).not.toBeChecked())
  expect((await screen.findAllByText('The disk is full.'))[0]).toBeVisible()
})

test('words for a due date that the server cannot read are refused at their field', async () => {
  serve({
    'GET /api/tasks': () => page([]),
    'POST /api/tasks': () => refusal(422, 'due_not_understood', '“someday” is not a date.'),
  })
  const user = show()

  await user.type(screen.getByRole('textbox', { name: 'New task' }), 'Learn Greek')
  await user.type(screen.getByRole('textbox', { name: 'Due' }), 'someday{Enter}')

  const due = screen.getByRole('textbox', { name: 'Due' })
  await waitFor(() => expect(due).toBeInvalid())
  expect(due).toHaveAccessibleDescription('“someday” is not a date.')
  expect(screen.getByRole('textbox', { name: 'New task' })).toHaveValue('Learn Greek')
})

test('n, j, k, c and e do without a mouse', async () => {
  const completed = vi.fn(() => json({ ...MILK, status: 'done', version: 2 }))
  serve({
    'GET /api/tasks': () => page(),
    [`POST /api/tasks/${MILK.id}/complete`]: completed,
  })
  const user = show()
  await screen.findByRole('button', { name: 'Buy bread' })

  await user.keyboard('n')
  expect(screen.getByRole('textbox', { name: 'New task' })).toHaveFocus()

  await user.keyboard('{Escape}jjk')
  expect(screen.getByRole('button', { name: 'Buy bread' })).toHaveFocus()

  await user.keyboard('jc')
  await waitFor(() => expect(completed).toHaveBeenCalledOnce())

  await user.keyboard('e')
  expect(await screen.findByRole('dialog', { name: 'Task #1' })).toBeVisible()
})

test('what cannot be loaded says why and can be tried again', async () => {
  let broken = true
  serve({
    'GET /api/tasks': () => (broken ? refusal(500, 'internal', 'The disk is full.') : page()),
  })
  const user = show()
  expect(await screen.findByRole('alert')).toHaveTextContent('The disk is full.')

  broken = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))

  expect(await screen.findByRole('button', { name: 'Buy milk' })).toBeVisible()
})

test('a search that finds nothing offers the way back', async () => {
  serve({
    'GET /api/tasks': ({ url }) => (new URL(url).searchParams.get('q') ? page([]) : page()),
  })
  const user = show()
  await user.type(await screen.findByRole('searchbox', { name: 'Search tasks' }), 'zebra')
  expect(await screen.findByText('No task matches')).toBeVisible()

  await user.click(screen.getByRole('button', { name: 'Clear the filters' }))

  expect(await screen.findByRole('button', { name: 'Buy milk' })).toBeVisible()
  expect(screen.getByRole('searchbox', { name: 'Search tasks' })).toHaveValue('')
})

test('what others change shows without asking', async () => {
  let items = [MILK]
  const feed = new ScriptedFeed()
  serve({ 'GET /api/tasks': () => page(items), 'GET /api/events': () => feed.open() })
  show()
  await screen.findByRole('button', { name: 'Buy milk' })

  const renamed = { ...MILK, title: 'Buy oat milk', version: 2 }
  act(() => feed.send({ type: 'task.updated', task: renamed }))
  expect(await screen.findByRole('button', { name: 'Buy oat milk' })).toBeVisible()

  items = [renamed, BREAD]
  act(() => feed.send({ type: 'task.created', task: BREAD }))
  expect(await screen.findByRole('button', { name: 'Buy bread' })).toBeVisible()

  act(() => feed.send({ type: 'task.deleted', id: BREAD.id, number: 2 }))
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Buy bread' })).toBeNull())
})
