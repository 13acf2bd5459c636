import { expect, test } from 'vitest'
import { safeRedirect } from './redirect'

test('a path of this site is kept with its search', () => {
  expect(safeRedirect('/dashboard?view=done#a', '/home')).toBe('/dashboard?view=done#a')
})

test.each([
  undefined,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
])('%j does not lead away from this site', (wanted) => {
  expect(safeRedirect(wanted, '/home')).toBe('/home')
})
