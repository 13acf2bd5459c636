import { expect, test } from 'vitest'
import {
  columnInFilter,
  isNarrowed,
  offeredSorts,
  readFilter,
  sortOf,
  toListQuery,
  withValue,
} from './filter'

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
    project: 'prj_1',
    filter: '#a | #b',
    q: 'milk',
    sort: 'title',
  })
  expect(toListQuery(filter, TODAY)).toEqual({
    sort: 'title',
    status: ['done'],
    priority: ['high'],
    tag: 'home',
    due_after: '2026-11-20',
    due_before: '2026-11-26',
    project: 'prj_1',
    filter: '#a | #b',
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

test('a mistake is shown in the words of the person, also where more was sent', () => {
  expect(toListQuery({ due: 'overdue' }, TODAY).filter).toBe('overdue')
  const both = { due: 'overdue', filter: '#a & p:x' } as const
  const sent = toListQuery(both, TODAY).filter ?? ''
  expect(sent).toBe('overdue & (#a & p:x)')
  expect(columnInFilter(both, sent.indexOf('x') + 1)).toBe(both.filter.indexOf('x') + 1)
  expect(columnInFilter({ filter: 'p:x' }, 3)).toBe(3)
})

test('the best match is an order only where words are looked for, and then the first choice', () => {
  expect(offeredSorts({})).not.toContain('relevance')
  expect(readFilter({ sort: 'relevance' })).toEqual({})
  expect(sortOf(readFilter({ q: 'milk' }))).toBe('relevance')
  expect(sortOf(readFilter({ q: 'milk', sort: 'due' }))).toBe('due')
})
