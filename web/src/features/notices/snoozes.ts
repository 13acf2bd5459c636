import type { Snooze } from '@/api/notices'

type Choice = { label: string; snooze: Snooze; words: string }

export const SNOOZES: readonly Choice[] = [
  { label: 'Snooze 10 min', snooze: { minutes: 10 }, words: 'in 10 minutes' },
  { label: '1 h', snooze: { minutes: 60 }, words: 'in an hour' },
  { label: 'Tomorrow', snooze: { until: 'tomorrow' }, words: 'tomorrow' },
]
