import type { Task } from '@/api/tasks'

/** A task with the given facts; the rest does not matter to the test. */
export function taskWith(facts: Partial<Task>): Task {
  const number = facts.number ?? 1
  return {
    id: `tsk_${number}`,
    number,
    title: `Task ${number}`,
    description: '',
    status: 'todo',
    priority: 'medium',
    tags: [],
    due: null,
    timezone: 'Europe/Berlin',
    created_at: '2026-11-01T09:00:00Z',
    updated_at: '2026-11-01T09:00:00Z',
    completed_at: null,
    recurrence: null,
    remind_before: null,
    version: 1,
    ...facts,
  }
}
