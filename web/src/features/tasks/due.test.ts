import { describe, expect, test } from 'vitest'
import { dueFields, dueFromFields, dueState, dueText } from './due'

// Friday 20 November 2026, 23:30 in Berlin.
const BERLIN = { now: new Date('2026-11-20T22:30:00Z'), zone: 'Europe/Berlin', locale: 'en-GB' }

describe('dueText', () => {
  test.each([
    ['2026-11-19', 'Yesterday'],
    ['2026-11-20', 'Today'],
    ['2026-11-21', 'Tomorrow'],
    ['2026-11-25', 'Wednesday'],
    ['2026-11-27', 'Fri 27 Nov'],
    ['2026-11-16', 'Mon 16 Nov'],
    ['2027-01-03', '3 Jan 2027'],
    ['2026-11-20T17:00:00+01:00', 'Today 17:00'],
    ['2026-11-20T23:15:00Z', 'Tomorrow 00:15'],
  ])('%s reads as %s', (due, text) => {
    expect(dueText(due, BERLIN).replace(',', '')).toBe(text)
  })

  test('the same instant is another day for a person elsewhere', () => {
    const newYork = { ...BERLIN, zone: 'America/New_York', locale: 'en-US' }
    expect(dueText('2026-11-20T23:15:00Z', newYork)).toMatch(/^Today 6:15\sPM$/)
  })
})

describe('dueState', () => {
  test.each([
    ['2026-11-19', 'overdue'],
    ['2026-11-20', 'today'],
    ['2026-11-20T23:00:00+01:00', 'overdue'],
    ['2026-11-20T23:45:00+01:00', 'today'],
    ['2026-11-26', 'soon'],
    ['2026-11-27', 'later'],
  ])('%s is %s', (due, state) => {
    expect(dueState(due, BERLIN)).toBe(state)
  })
})

describe('the fields of a form', () => {
  test('show an instant as the clock of the person shows it', () => {
    expect(dueFields('2026-11-20T23:15:00Z', 'Europe/Berlin')).toEqual({
      day: '2026-11-21',
      time: '00:15',
    })
  })

  test('become a day without a time, an instant with one, and nothing when cleared', () => {
    expect(dueFromFields({ day: '2026-11-21', time: '' }, 'Europe/Berlin')).toBe('2026-11-21')
    expect(dueFromFields({ day: '2026-11-21', time: '17:00' }, 'Europe/Berlin')).toBe(
      '2026-11-21T17:00:00+01:00',
    )
    expect(dueFromFields({ day: '', time: '17:00' }, 'Europe/Berlin')).toBeNull()
  })
})
