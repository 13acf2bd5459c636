import { PRIORITY_NAMES, STATUS_NAMES } from '@/api/names'
import type { Priority, Status } from '@/api/tasks'
import { dateLocale } from '@/lib/locale'
import { beforeText } from '@/lib/minutes'
import { ruleText } from '@/lib/recurrence'

const FIELD_NAMES: Record<string, string> = {
  parent_id: 'Task above it',
  project_id: 'Project',
  remind_before: 'Reminder',
  recurrence: 'Repeats',
  recurrence_from: 'Counts from',
  timezone: 'Time zone',
  is_untrusted: 'From outside',
  deleted: 'Trash',
}

/** The names of ids mean nothing to a person. */
const NAMELESS = new Set(['parent_id', 'project_id', 'position', 'subtasks', 'tasks'])

export function fieldName(field: string): string {
  const words = field.replaceAll('_', ' ')
  return FIELD_NAMES[field] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** What a field holds, in words; null for what has none. */
export function valueText(field: string, value: unknown): string | null {
  if (NAMELESS.has(field)) return null
  if (value === null || value === undefined || value === '') return 'nothing'
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : 'nothing'
  switch (field) {
    case 'status':
      return STATUS_NAMES[value as Status] ?? String(value)
    case 'priority':
      return PRIORITY_NAMES[value as Priority] ?? String(value)
    case 'due':
      return dateText(String(value))
    case 'remind_before':
      return beforeText(Number(value))
    case 'recurrence':
      return ruleText(String(value))
    case 'recurrence_from':
      return value === 'completion' ? 'the day it is done' : 'the schedule'
    default:
      return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
  }
}

/** A day, or a moment by the clock it is written in: "Sat, 21 Nov 2026, 17:00". */
function dateText(due: string): string {
  const [day = '', time] = due.split('T')
  const text = new Intl.DateTimeFormat(dateLocale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(Date.parse(day))
  return time === undefined ? text : `${text}, ${time.slice(0, 5)}`
}
