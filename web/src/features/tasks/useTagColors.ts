import { useQuery } from '@tanstack/react-query'
import { taskQueries } from './queries'

type Tags = { tag: string; color: string }[]

/** The colour of each tag in use, by the tag in lower case. */
export function useTagColors(): Readonly<Record<string, string>> {
  const { data } = useQuery({ ...taskQueries.tags(), select: byTag })
  return data ?? NONE
}

const NONE: Readonly<Record<string, string>> = {}

function byTag(tags: Tags): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ tag, color }) => [tag.toLowerCase(), color]))
}
