import { expect, test } from 'vitest'
import { isAfter } from './cursor'

test.each([
  ['10', '9'],
  ['17-1', '17'],
  ['17-10', '17-9'],
  ['18', '17-10'],
  ['900719925474099301', '900719925474099300'],
])('%s lies behind %s', (one, other) => {
  expect(isAfter(one, other)).toBe(true)
  expect(isAfter(other, one)).toBe(false)
})

test('a place lies behind nothing, and not behind itself', () => {
  expect(isAfter('0', null)).toBe(true)
  expect(isAfter('17-5', '17-5')).toBe(false)
  expect(isAfter('17', '17-0')).toBe(false)
})
