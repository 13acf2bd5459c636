import { expect, test } from 'vitest'
import type { Usage } from '@/api/usage'
import { dayText, rowsOf, spentText, tokensByDay } from './words'

const TOTALS = {
  calls: 3,
  requests: 4,
  prompt: 1200,
  cached: 300,
  output: 40,
  thinking: 10,
  cost: 0.0012,
  is_estimated: false,
  has_unknown_prices: false,
}

const USAGE: Usage = {
  timezone: 'Europe/Berlin',
  today: {
    day: '2026-11-21',
    resets_at: '2026-11-22T00:00:00+01:00',
    messages: { used: 3, limit: 100 },
    tokens: { used: 1240, limit: 0 },
    cost: { used: 0.0012, limit: 0.5 },
  },
  total: TOTALS,
  days: [
    { ...TOTALS, day: '2026-11-19' },
    { ...TOTALS, day: '2026-11-21', prompt: 60 },
  ],
  models: [{ ...TOTALS, model: 'gemini-flash' }],
  threads: [{ ...TOTALS, thread_id: 'thr_1', title: null }],
  tools: [{ tool: 'create_task', calls: 1200, failures: 2, median_ms: 8, p95_ms: 21 }],
}

test('days are listed newest first, with calls, tokens and cost', () => {
  expect(rowsOf(USAGE, 'days')).toEqual([
    { key: '2026-11-21', name: dayText('2026-11-21'), cells: ['3', '100', '$0.0012'] },
    { key: '2026-11-19', name: dayText('2026-11-19'), cells: ['3', '1,240', '$0.0012'] },
  ])
})

test('a conversation that is gone is still counted', () => {
  expect(rowsOf(USAGE, 'threads')[0]?.name).toBe('A deleted conversation')
})

test('tools have failures and times', () => {
  expect(rowsOf(USAGE, 'tools')).toEqual([
    { key: 'create_task', name: 'create task', cells: ['1,200', '2', '8 ms', '21 ms'] },
  ])
})

test.each([
  [{}, '$0.0012'],
  [{ is_estimated: true }, '$0.0012, estimated'],
  [{ cost: null, has_unknown_prices: true }, 'price unknown'],
  [{ cost: 0, has_unknown_prices: true, is_estimated: true }, 'price unknown'],
  [{ has_unknown_prices: true }, '$0.0012, some prices unknown'],
])('a cost says what it does not know: %j', (facts, text) => {
  expect(spentText({ ...TOTALS, ...facts })).toBe(text)
})

test('the chart has every day up to today, also those without calls and across a month', () => {
  expect(tokensByDay(USAGE, 3)).toEqual([
    { day: '2026-11-19', tokens: 1240 },
    { day: '2026-11-20', tokens: 0 },
    { day: '2026-11-21', tokens: 100 },
  ])
  expect(tokensByDay(USAGE, 30)[0]?.day).toBe('2026-10-23')
})
