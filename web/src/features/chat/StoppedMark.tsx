import { CircleStop } from 'lucide-react'

export function StoppedMark() {
  return (
    <p className="mt-2 flex items-center gap-1.5 text-xs text-muted-fg">
      <CircleStop className="size-3.5" />
      Stopped
    </p>
  )
}
