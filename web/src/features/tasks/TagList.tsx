import { ColorDot } from '@/ui/ColorDot'
import { useTagColors } from './useTagColors'

export function TagList({ tags }: { tags: readonly string[] }) {
  const colors = useTagColors()
  return tags.map((tag) => (
    <span key={tag} className="inline-flex max-w-40 min-w-0 items-center gap-1">
      <ColorDot color={colors[tag.toLowerCase()]} />
      <span className="truncate">{tag}</span>
    </span>
  ))
}
