import { expect, test } from 'vitest'
import { costText, countText } from './amounts'

test.each([
  [null, 'price unknown'],
  [0, '$0'],
  [0.000612, '$0.00061'],
  [0.00000009, '$0.00000009'],
  [0.0104, '$0.01'],
  [0.5, '$0.50'],
  [1234.567, '$1,234.57'],
])('%d dollars are %s', (dollars, text) => {
  expect(costText(dollars)).toBe(text)
})

test('one is one, and thousands are told apart', () => {
  expect([0, 1, 1240].map((count) => countText(count, 'token'))).toEqual([
    '0 tokens',
    '1 token',
    '1,240 tokens',
  ])
})
