import { expect, test, vi } from 'vitest'
import { ApiError } from '@/api/client'
import { refusal, serve } from '@/testing/server'
import { importFile } from './importing'

const FILE = new File(['TYPE,CONTENT\ntask,Milk'], 'todoist.csv')
const ASKED = { file: FILE, format: 'auto', dryRun: true } as const

function streamed(...events: object[]): Response {
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

test('the file is sent as it is, and the progress told until it is done', async () => {
  const asked = vi.fn((_: Request) =>
    streamed(
      { type: 'progress', done: 500, total: 800 },
      { type: 'done', created: 800, change_set_id: 'chg_1' },
    ),
  )
  serve({ 'POST /api/imports': asked })
  const progress = vi.fn()

  const brought = await importFile(ASKED, progress)

  const [request] = asked.mock.calls[0] ?? []
  expect(new URL(request?.url ?? '').search).toBe('?format=auto&dry_run=true&filename=todoist.csv')
  expect(await request?.text()).toContain('task,Milk')
  expect(progress).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ done: 500, total: 800 }),
  )
  expect(brought).toMatchObject({ created: 800, change_set_id: 'chg_1' })
})

test.each([
  ['before it begins', () => refusal(413, 'body_too_large', 'At most 20 MB.')],
  ['on the way', () => streamed({ type: 'failed', code: 'x', detail: 'At most 20 MB.' })],
])('what is refused %s is told in the words of the server', async (_, answer) => {
  serve({ 'POST /api/imports': answer })
  await expect(importFile(ASKED, vi.fn())).rejects.toThrow('At most 20 MB.')
})

test('a stream that ends without a word is no success', async () => {
  serve({ 'POST /api/imports': () => streamed({ type: 'progress', done: 1, total: 2 }) })
  await expect(importFile(ASKED, vi.fn())).rejects.toBeInstanceOf(ApiError)
})
