import { ApiError, errorFrom } from '@/api/client'
import type { Brought } from '@/api/transfers'
import { readEventStream } from '@/lib/eventStream'

/** What a file can come from; `auto` lets the server find out. */
export const FORMATS = {
  auto: 'Find out by itself',
  json: 'TaskChat (JSON)',
  todoist: 'Todoist (CSV or backup ZIP)',
  ics: 'iCalendar (ICS)',
  takeout: 'Google Tasks (Takeout)',
  ticktick: 'TickTick (CSV)',
  taskwarrior: 'Taskwarrior (JSON)',
  csv: 'Other table (CSV)',
} as const

export type Format = keyof typeof FORMATS

export type Progress = { done: number; total: number }

const MAX_NAME = 255

type Asked = { file: File; format: Format; dryRun: boolean }

type Told =
  | ({ type: 'progress' } & Progress)
  | ({ type: 'done' } & Brought)
  | { type: 'failed'; detail: string; code: string }

/** Sends the file and tells how far the server is; throws what it refuses as an ApiError. */
export async function importFile(
  { file, format, dryRun }: Asked,
  onProgress: (progress: Progress) => void,
): Promise<Brought> {
  const query = new URLSearchParams({
    format,
    dry_run: String(dryRun),
    filename: file.name.slice(0, MAX_NAME),
  })
  const response = await fetch(`/api/imports?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', Accept: 'text/event-stream' },
    body: file,
  }).catch(() => {
    throw new ApiError(0, 'unreachable', 'The server cannot be reached. Are you online?')
  })
  if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => null))
  for await (const { data } of readEventStream(response)) {
    const told = JSON.parse(data) as Told
    if (told.type === 'progress') onProgress(told)
    else if (told.type === 'done') return told
    else throw errorFrom(422, told)
  }
  throw new ApiError(0, 'interrupted', 'The connection broke. Look at your tasks, then try again.')
}
