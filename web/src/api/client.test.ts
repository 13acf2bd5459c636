import { expect, test, vi } from 'vitest'
import { json, refusal, serve } from '@/testing/server'
import { api, errorFrom, read } from './client'

test('an answer is its body', async () => {
  serve({ 'GET /api/tags': () => json({ items: [] }) })
  await expect(read(api.GET('/api/tags'))).resolves.toEqual({ items: [] })
})

test('a refusal carries the sentence for people and the word for programs', async () => {
  serve({ 'GET /api/tags': () => refusal(401, 'unauthenticated', 'Please sign in.') })
  await expect(read(api.GET('/api/tags'))).rejects.toMatchObject({
    status: 401,
    code: 'unauthenticated',
    message: 'Please sign in.',
  })
})

test('a server that cannot be reached is an error with a sentence of its own', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(read(api.GET('/api/tags'))).rejects.toMatchObject({
    status: 0,
    code: 'unreachable',
  })
})

test.each([undefined, '<html>Bad gateway</html>', { detail: [{ msg: 'x' }] }])(
  'a body that is no refusal of ours (%j) still makes a sentence',
  (body) => {
    expect(errorFrom(502, body).message).toBe('The server answered with an error (502).')
  },
)
