const WEEKDAYS: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const UNITS: Record<string, string> = {
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
}
const WORKDAYS = 'MO,TU,WE,TH,FR'
const KNOWN = new Set([
  'FREQ',
  'INTERVAL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'COUNT',
  'UNTIL',
  'WKST',
])

type Parts = ReadonlyMap<string, string>

/** A rule in words: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO" → "Every 2 weeks on Monday". What has no words stays a rule. */
export function ruleText(rule: string): string {
  const parts: Parts = new Map(
    rule.split(';').map((part) => part.split('=', 2) as [string, string]),
  )
  const unit = UNITS[parts.get('FREQ') ?? '']
  if (!unit || [...parts.keys()].some((name) => !KNOWN.has(name))) return rule
  const text = [every(parts, unit), onDays(parts), inMonths(parts)].filter(Boolean).join(' ')
  return text + ending(parts)
}

/** The rules that fit a task that is due on that day (YYYY-MM-DD). */
export function usualRules(day: string): string[] {
  const date = new Date(day)
  const weekday = WEEKDAYS[(date.getUTCDay() + 6) % 7] ?? 'MO'
  return [
    'FREQ=DAILY',
    `FREQ=WEEKLY;BYDAY=${WORKDAYS}`,
    `FREQ=WEEKLY;BYDAY=${weekday}`,
    `FREQ=WEEKLY;INTERVAL=2;BYDAY=${weekday}`,
    `FREQ=MONTHLY;BYMONTHDAY=${date.getUTCDate()}`,
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=YEARLY',
  ]
}

function every(parts: Parts, unit: string): string {
  const interval = Number(parts.get('INTERVAL') ?? 1)
  if (interval > 1) return `Every ${interval} ${unit}s`
  const isWorkdays = unit === 'week' && parts.get('BYDAY') === WORKDAYS
  return isWorkdays ? 'Every weekday' : `Every ${unit}`
}

function onDays(parts: Parts): string {
  const days = parts.get('BYDAY')
  const monthDays = parts.get('BYMONTHDAY')
  const place = parts.get('BYSETPOS')
  if (days && place) {
    const which = days === WORKDAYS ? 'weekday' : joined(days.split(',').map(dayName))
    return `on the ${joined(place.split(',').map(placeText))} ${which}`
  }
  if (days === WORKDAYS && parts.get('FREQ') === 'WEEKLY' && !parts.get('INTERVAL')) return ''
  if (days) return `on ${joined(days.split(',').map(dayText))}`
  if (monthDays) return `on the ${joined(monthDays.split(',').map(monthDayText))}`
  return ''
}

function inMonths(parts: Parts): string {
  const months = parts.get('BYMONTH')
  if (!months) return ''
  return `in ${joined(months.split(',').map((month) => MONTH_NAMES[Number(month) - 1] ?? month))}`
}

function ending(parts: Parts): string {
  const count = parts.get('COUNT')
  if (count) return count === '1' ? ', once' : `, ${count} times`
  const until = parts.get('UNTIL')
  return until ? `, until ${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}` : ''
}

function dayName(code: string): string {
  return DAY_NAMES[WEEKDAYS.indexOf(code)] ?? code
}

/** "MO" → "Monday", "-1FR" → "the last Friday". */
function dayText(code: string): string {
  const place = code.slice(0, -2)
  const name = dayName(code.slice(-2))
  return place === '' ? name : `the ${placeText(place)} ${name}`
}

function monthDayText(day: string): string {
  return day.startsWith('-') ? `${placeText(day)} day` : ordinal(Number(day))
}

function placeText(place: string): string {
  const number = Number(place)
  if (number === -1) return 'last'
  return number < 0 ? `${ordinal(-number)} to last` : ordinal(number)
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' })
const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }

function ordinal(number: number): string {
  return `${number}${ENDINGS[ORDINALS.select(number)] ?? 'th'}`
}

function joined(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
}
