import createClient from 'openapi-fetch'
import type { paths } from './schema.gen'

const { origin } = window.location

export const api = createClient<paths>({ baseUrl: origin, fetch: (request) => fetch(request) })

/** A refusal by the server, with a sentence for a person and a word for programs. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response }

/** The body of an answer, or the ApiError that it stands for. */
export async function read<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await request.catch(() => {
    throw new ApiError(0, 'unreachable', 'The server cannot be reached. Are you online?')
  })
  if (response.ok) return data as Data
  throw errorFrom(response.status, error)
}

/** Reads `{detail, code}`; anything else gets a sentence of our own. */
export function errorFrom(status: number, body: unknown): ApiError {
  const { detail, code } = (typeof body === 'object' && body !== null ? body : {}) as {
    detail?: unknown
    code?: unknown
  }
  return new ApiError(
    status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : `The server answered with an error (${status}).`,
  )
}
