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
    project: null,
    project_id: null,
    parent_id: null,
    due: null,
    due_weekday: null,
    timezone: 'Europe/Berlin',
    created_at: '2026-11-01T09:00:00Z',
    updated_at: '2026-11-01T09:00:00Z',
    completed_at: null,
    deleted_at: null,
    recurrence: null,
    recurrence_from: 'schedule',
    remind_before: null,
    position: `a${number}`,
    untrusted: false,
    version: 1,
    ...facts,
  }
}
