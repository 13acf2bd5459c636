import { useQuery } from '@tanstack/react-query'
import { ColorDot } from '@/ui/ColorDot'
import { projectQueries } from './queries'

type Props = { id: string; name: string }

/** Of a task that is in it, with the project's colour. */
export function ProjectName({ id, name }: Props) {
  const { data: color } = useQuery({
    ...projectQueries.all(),
    select: (all) => all.find((one) => one.id === id)?.color,
  })
  return (
    <span className="inline-flex max-w-40 min-w-0 items-center gap-1">
      <ColorDot color={color} className="rounded-sm" />
      <span className="sr-only">Project</span>
      <span className="truncate">{name}</span>
    </span>
  )
}
