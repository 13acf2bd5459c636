import { vi } from 'vitest'

const BASE = 'http://localhost'

type Answer = (request: Request) => Response | Promise<Response>

/** Answers what the app fetches, by "METHOD /path"; anything else is a 404. */
export function serve(answers: Record<string, Answer>): void {
  vi.stubGlobal('fetch', async (asked: Request | string, init?: RequestInit) => {
    const request = typeof asked === 'string' ? new Request(new URL(asked, BASE), init) : asked
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

/** A stream of events for `serve`, which says what it is told. */
export class ScriptedFeed {
  #stream: ReadableStreamDefaultController<Uint8Array> | null = null

  open(): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  send(event: object): void {
    this.#stream?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`))
  }
}
