import createClient from 'openapi-fetch'
import type { paths } from './schema.gen'

const { origin } = window.location

export const api = createClient<paths>({ baseUrl: origin, fetch: (request) => fetch(request) })

/** A refusal by the server, with a sentence for a person and a word for programs. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  /** What else the answer says: `column` of a filter, `current` of a stale edit, `conflicts` of an undo. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    code: string,
    detail: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
    this.status = status
    this.code = code
    this.details = details
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response }

/** The body of an answer, or the ApiError that it stands for. */
export async function read<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  return (await settle(request)).data as Data
}

/** What a command answered, and the change set that takes it back. */
export type Changed<Data> = { data: Data; changeSet: string | null }

export async function readChange<Data>(request: Promise<Answer<Data>>): Promise<Changed<Data>> {
  const { data, response } = await settle(request)
  return { data: data as Data, changeSet: response.headers.get('x-change-set') }
}

async function settle<Data>(request: Promise<Answer<Data>>): Promise<Answer<Data>> {
  const answer = await request.catch(() => {
    throw new ApiError(0, 'unreachable', 'The server cannot be reached. Are you online?')
  })
  if (answer.response.ok) return answer
  throw errorFrom(answer.response.status, answer.error)
}

/** Reads `{detail, code}`; anything else gets a sentence of our own. */
export function errorFrom(status: number, body: unknown): ApiError {
  const { detail, code, ...details } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as Record<string, unknown>
  return new ApiError(
    status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : `The server answered with an error (${status}).`,
    details,
  )
}
