const UNITS = [
  { name: 'week', minutes: 7 * 24 * 60 },
  { name: 'day', minutes: 24 * 60 },
  { name: 'hour', minutes: 60 },
  { name: 'minute', minutes: 1 },
]

/** How long before a task is due: 0 → "when it is due", 60 → "1 hour before". */
export function beforeText(minutes: number): string {
  return minutes === 0 ? 'when it is due' : `${minutesText(minutes)} before`
}

/** 90 → "90 minutes", 120 → "2 hours", 1440 → "1 day": in the largest unit that leaves no rest. */
export function minutesText(minutes: number): string {
  const unit = UNITS.find((one) => minutes >= one.minutes && minutes % one.minutes === 0)
  if (!unit) return `${minutes} minutes`
  const count = minutes / unit.minutes
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}
