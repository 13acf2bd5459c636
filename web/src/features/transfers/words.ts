import type { Brought } from '@/api/transfers'

/** What an import will do, or did, one sentence for each thing worth knowing. */
export function broughtSentences(brought: Brought, isDone: boolean): string[] {
  const { created, restored, skipped, left_out: leftOut, projects, filters } = brought
  const will = isDone ? '' : 'will be '
  const sentences = [
    created > 0 && `${tasks(created)} ${will}created.`,
    restored > 0 && `${tasks(restored)} ${will}taken out of the trash.`,
    skipped > 0 && `${tasks(skipped)} skipped: they are here already.`,
    projects.length > 0 && `New projects: ${listed(projects)}.`,
    filters.length > 0 && `New filters: ${listed(filters)}.`,
    leftOut > 0 && `${tasks(leftOut)} left out as unreadable.`,
  ].filter((sentence) => sentence !== false)
  return sentences.length > 0 ? sentences : ['There is nothing to import in this file.']
}

const MOST_LISTED = 5

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED
  return names.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count.toLocaleString('en')} tasks`
}
