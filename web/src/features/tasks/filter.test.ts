import { expect, test } from 'vitest'
import { isNarrowed, readFilter, sortOf, toListQuery, withValue } from './filter'

const TODAY = '2026-11-20'

test('an empty address shows open tasks by due date', () => {
  expect(readFilter({})).toEqual({})
  expect(toListQuery({}, TODAY)).toEqual({ sort: 'due', status: ['todo', 'in_progress'] })
})

test('values that mean nothing are dropped, and defaults leave the address', () => {
  const search = { view: 'open', sort: 'due', priority: 'urgent', due: 7, q: '', other: 'x' }
  expect(readFilter(search)).toEqual({})
})

test('a search for digits is still a text', () => {
  expect(readFilter({ q: 12 })).toEqual({ q: '12' })
})

test('every filter reaches the server', () => {
  const filter = readFilter({
    view: 'done',
    priority: 'high',
    tag: 'home',
    due: 'week',
    q: 'milk',
    sort: 'title',
  })
  expect(toListQuery(filter, TODAY)).toEqual({
    sort: 'title',
    status: ['done'],
    priority: ['high'],
    tag: 'home',
    due_before: '2026-11-27',
    q: 'milk',
  })
})

test('all tasks are asked for without a status', () => {
  expect(toListQuery({ view: 'all' }, TODAY)).toEqual({ sort: 'due' })
})

test('view and order do not narrow the list, a tag does', () => {
  expect(isNarrowed({ view: 'done', sort: 'title' })).toBe(false)
  expect(isNarrowed({ tag: 'home' })).toBe(true)
})

test('a value is set, replaced and taken away without touching the others', () => {
  const filter = withValue({ tag: 'home' }, 'q', 'milk')
  expect(filter).toEqual({ tag: 'home', q: 'milk' })
  expect(withValue(filter, 'tag', undefined)).toEqual({ q: 'milk' })
})

test('done tasks come newest first unless another order was chosen', () => {
  expect(sortOf(readFilter({ view: 'done' }))).toBe('-created')
  expect(readFilter({ view: 'done', sort: '-created' })).toEqual({ view: 'done' })
  expect(sortOf(readFilter({ view: 'done', sort: 'due' }))).toBe('due')
})
