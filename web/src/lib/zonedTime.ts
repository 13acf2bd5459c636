/** A wall clock reading: `day` is YYYY-MM-DD, `time` is HH:MM. */
export type WallClock = { day: string; time: string }

const MINUTE_MS = 60_000

/** What a clock in that zone shows at an instant. */
export function wallClock(instant: Date, zone: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((one) => one.type === type)?.value ?? ''
  return {
    day: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  }
}

/** The instant, with its offset, at which a clock in that zone shows this: 2026-11-21T17:00:00+01:00. */
export function instantAt({ day, time }: WallClock, zone: string): string {
  const asUtc = Date.parse(`${day}T${time}:00Z`)
  let offset = offsetMinutes(new Date(asUtc), zone)
  // The first guess reads the offset at the wrong instant; near a clock change it may differ.
  offset = offsetMinutes(new Date(asUtc - offset * MINUTE_MS), zone)
  const sign = offset < 0 ? '-' : '+'
  const hours = String(Math.trunc(Math.abs(offset) / 60)).padStart(2, '0')
  const minutes = String(Math.abs(offset) % 60).padStart(2, '0')
  return `${day}T${time}:00${sign}${hours}:${minutes}`
}

/** Whole days from one YYYY-MM-DD to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / (24 * 60 * MINUTE_MS))
}

/** The YYYY-MM-DD that many days later. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * 24 * 60 * MINUTE_MS).toISOString().slice(0, 10)
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

function offsetMinutes(instant: Date, zone: string): number {
  const { day, time } = wallClock(instant, zone)
  const wholeMinute = Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS
  return (Date.parse(`${day}T${time}:00Z`) - wholeMinute) / MINUTE_MS
}
