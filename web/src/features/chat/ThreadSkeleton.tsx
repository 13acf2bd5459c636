import { Skeleton } from '@/ui/Skeleton'

export function ThreadSkeleton() {
  return (
    <div role="status" aria-label="Loading the conversation" className="flex flex-col gap-5">
      <Skeleton className="h-9 w-2/3 self-end rounded-2xl" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-9 w-1/2 self-end rounded-2xl" />
      <Skeleton className="h-24 w-5/6" />
    </div>
  )
}
