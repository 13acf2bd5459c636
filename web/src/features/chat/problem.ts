import { ApiError } from '@/api/client'
import type { Problem, Refused } from './chatState'

/** What a person reads of an error; nobody else is offered to answer. */
export function problemOf(error: unknown): Problem {
  const message = sentence(error)
  const details = error instanceof ApiError ? error.details : {}
  const resetsAt = typeof details.resets_at === 'string' ? details.resets_at : null
  return { message, resetsAt, offers: [], refused: null }
}

/** The same, with who would take what was refused. */
export function problemWithOffers(error: unknown, refused: Refused): Problem {
  const offered = error instanceof ApiError ? error.details.offers : null
  const offers = Array.isArray(offered) ? offered.filter((id) => typeof id === 'string') : []
  return { ...problemOf(error), offers, refused }
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
