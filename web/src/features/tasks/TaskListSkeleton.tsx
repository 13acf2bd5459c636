import { Skeleton } from '@/ui/Skeleton'

const WIDTHS = ['w-3/5', 'w-2/5', 'w-1/2', 'w-3/4', 'w-1/3', 'w-2/3']

export function TaskListSkeleton() {
  return (
    <div role="status" aria-label="Loading your tasks" className="grid gap-1">
      {WIDTHS.map((width) => (
        <div key={width} className="flex gap-3 px-2.5 py-3">
          <Skeleton className="size-[1.15rem] rounded-full" />
          <div className="grid grow gap-2">
            <Skeleton className={`h-3.5 ${width}`} />
            <Skeleton className="h-3 w-24" />
          </div>
        </div>
      ))}
    </div>
  )
}
