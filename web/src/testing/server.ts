import { vi } from 'vitest'

type Answer = (request: Request) => Response | Promise<Response>

/** Answers what the app fetches, by "METHOD /path"; anything else is a 404. */
export function serve(answers: Record<string, Answer>): void {
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    const answer = answers[`${request.method} ${pathname}`]
    return answer ? answer(request) : refusal(404, 'not_found', `Nothing at ${pathname}.`)
  })
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status })
}

export function refusal(status: number, code: string, detail: string): Response {
  return json({ code, detail }, status)
}
