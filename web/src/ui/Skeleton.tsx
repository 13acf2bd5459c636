import { cn } from '@/lib/cn'

/** Grey where something is about to be. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block animate-pulse rounded-md bg-muted', className)} />
}
