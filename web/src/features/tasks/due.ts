import { daysBetween, instantAt, type WallClock, wallClock } from '@/lib/zonedTime'

/** A due date as a form holds it: empty strings where there is nothing. */
export type DueFields = WallClock

export type DueState = 'overdue' | 'today' | 'soon' | 'later'

type Place = { now: Date; zone: string; locale: string }

const NO_TIME = ''

/** The day, and the time if it has one, at which something is due where the person is. */
export function dueFields(due: string | null, zone: string): DueFields {
  if (due === null) return { day: '', time: NO_TIME }
  return due.includes('T') ? wallClock(new Date(due), zone) : { day: due, time: NO_TIME }
}

/** The other way round: null, a day, or an instant with its offset. */
export function dueFromFields({ day, time }: DueFields, zone: string): string | null {
  if (day === '') return null
  return time === NO_TIME ? day : instantAt({ day, time }, zone)
}

export function dueState(due: string, { now, zone }: Omit<Place, 'locale'>): DueState {
  const days = daysBetween(wallClock(now, zone).day, dueFields(due, zone).day)
  const passed = due.includes('T') && Date.parse(due) < now.getTime()
  if (days < 0 || passed) return 'overdue'
  if (days === 0) return 'today'
  return days < 7 ? 'soon' : 'later'
}

/** As people say it: "Today 17:00", "Yesterday", "Fri", "21 Nov", "3 Jan 2028". */
export function dueText(due: string, { now, zone, locale }: Place): string {
  const { day, time } = dueFields(due, zone)
  const text = dayText(day, wallClock(now, zone).day, locale)
  if (time === NO_TIME) return text
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: zone })
  return `${text} ${clock.format(new Date(due))}`
}

function dayText(day: string, today: string, locale: string): string {
  const days = daysBetween(today, day)
  if (days >= -1 && days <= 1) return ['Yesterday', 'Today', 'Tomorrow'][days + 1] ?? ''
  const format: Intl.DateTimeFormatOptions =
    days > 1 && days < 7
      ? { weekday: 'long' }
      : day.slice(0, 4) === today.slice(0, 4)
        ? { weekday: 'short', day: 'numeric', month: 'short' }
        : { day: 'numeric', month: 'short', year: 'numeric' }
  return new Intl.DateTimeFormat(locale, { ...format, timeZone: 'UTC' }).format(Date.parse(day))
}
