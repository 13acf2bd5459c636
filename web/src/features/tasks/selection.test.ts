import { expect, test } from 'vitest'
import { extended, NOTHING_SELECTED, toggled } from './selection'

const ORDER = ['a', 'b', 'c', 'd', 'e']

test('a task is selected and let go again', () => {
  const one = toggled(NOTHING_SELECTED, 'b')
  expect([...one.ids]).toEqual(['b'])
  expect(toggled(one, 'b').ids.size).toBe(0)
})

test('a range goes from the one selected last to this one, either way', () => {
  const fromC = toggled(NOTHING_SELECTED, 'c')
  expect([...extended(fromC, 'e', ORDER).ids]).toEqual(['c', 'd', 'e'])
  expect([...extended(fromC, 'a', ORDER).ids]).toEqual(['c', 'a', 'b'])
})

test('without a beginning a range is one task', () => {
  expect([...extended(NOTHING_SELECTED, 'd', ORDER).ids]).toEqual(['d'])
})
