import { cn } from '@/lib/cn'
import { useConnection } from '@/lib/liveEvents'
import type { Connection } from '@/lib/liveStream'

const LOOKS: Record<Connection, { name: string; title: string; dot: string; text: string }> = {
  connecting: {
    name: 'Connecting',
    title: 'Waiting for the server',
    dot: 'bg-control animate-pulse',
    text: 'text-muted-fg',
  },
  live: {
    name: 'Live',
    title: 'Changes made elsewhere show here at once',
    dot: 'bg-ok',
    text: 'text-muted-fg',
  },
  reconnecting: {
    name: 'Reconnecting',
    title: 'The connection broke; what you see may be out of date',
    dot: 'bg-warn animate-pulse',
    text: 'text-warn',
  },
  offline: {
    name: 'Offline',
    title: 'This device has no network; what you see may be out of date',
    dot: 'bg-danger',
    text: 'text-danger',
  },
  'signed-out': {
    name: 'Signed out',
    title: 'Your session has ended; what you see may be out of date',
    dot: 'bg-danger',
    text: 'text-danger',
  },
}

export function ConnectionStatus() {
  const connection = useConnection()
  const { name, title, dot, text } = LOOKS[connection]
  return (
    <span
      role="status"
      aria-label={`Connection: ${name}`}
      title={title}
      className={cn('flex items-center gap-1.5 text-xs font-medium', text)}
    >
      <span aria-hidden className={cn('size-2 rounded-full', dot)} />
      <span className="max-sm:sr-only">{name}</span>
    </span>
  )
}
