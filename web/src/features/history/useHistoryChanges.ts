import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { LiveEvent } from '@/api/liveEvent'
import { QUERY_KEYS } from '@/api/queryKeys'
import { useLiveEvent } from '@/lib/liveEvents'

/** One look for a burst of changes. */
const SOON_MS = 300

const CHANGES: ReadonlySet<LiveEvent['type']> = new Set([
  'ready',
  'resync',
  'task.created',
  'task.updated',
  'task.deleted',
  'tasks.changed',
  'projects.changed',
])

/** Keeps the record of changes true to what other tabs, devices and the assistant do. */
export function useHistoryChanges(): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  useLiveEvent(({ type }: LiveEvent) => {
    if (!CHANGES.has(type)) return
    clearTimeout(timer.current)
    timer.current = setTimeout(
      () => void client.invalidateQueries({ queryKey: QUERY_KEYS.activity }),
      SOON_MS,
    )
  })
}
