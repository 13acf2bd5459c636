import { describe, expect, test } from 'vitest'
import { addDays, daysBetween, instantAt, wallClock } from './zonedTime'

describe('wallClock', () => {
  test('reads the clock of the zone, not of the machine', () => {
    const instant = new Date('2026-11-20T23:30:00Z')
    expect(wallClock(instant, 'Europe/Berlin')).toEqual({ day: '2026-11-21', time: '00:30' })
    expect(wallClock(instant, 'America/New_York')).toEqual({ day: '2026-11-20', time: '18:30' })
  })

  test('midnight is 00:00 and not 24:00', () => {
    expect(wallClock(new Date('2026-11-20T00:00:00Z'), 'UTC').time).toBe('00:00')
  })
})

describe('instantAt', () => {
  test.each([
    ['2026-11-21', '17:00', 'Europe/Berlin', '2026-11-21T17:00:00+01:00'],
    ['2026-07-01', '17:00', 'Europe/Berlin', '2026-07-01T17:00:00+02:00'],
    ['2026-11-21', '09:30', 'Asia/Kolkata', '2026-11-21T09:30:00+05:30'],
    ['2026-11-21', '09:30', 'America/St_Johns', '2026-11-21T09:30:00-03:30'],
    ['2026-11-21', '09:30', 'UTC', '2026-11-21T09:30:00+00:00'],
    ['2026-03-29', '01:59', 'Europe/Berlin', '2026-03-29T01:59:00+01:00'],
    ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T03:00:00+02:00'],
  ])('%s %s in %s is %s', (day, time, zone, instant) => {
    expect(instantAt({ day, time }, zone)).toBe(instant)
  })

  test('gives back the wall clock that it was given, on both sides of a clock change', () => {
    for (const time of ['00:30', '03:30', '12:00', '23:59']) {
      const clock = { day: '2026-10-25', time }
      const instant = new Date(instantAt(clock, 'Europe/Berlin'))
      expect(wallClock(instant, 'Europe/Berlin')).toEqual(clock)
    }
  })
})

test('days are counted across a clock change and a year', () => {
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  expect(daysBetween('2027-01-01', '2026-12-31')).toBe(-1)
  expect(addDays('2026-12-30', 3)).toBe('2027-01-02')
})
