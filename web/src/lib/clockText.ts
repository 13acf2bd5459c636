import { dateLocale } from './locale'

/** "Sun 00:00", by the clock of the person who reads it. */
export function clockText(instant: string): string {
  return new Intl.DateTimeFormat(dateLocale(), {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(instant))
}
