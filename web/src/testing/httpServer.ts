import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Asked = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was sent
  body: any
}

type Handler = (asked: Asked, response: ServerResponse) => unknown

export type HttpServer = {
  origin: string
  /** Every request so far, oldest first. */
  asked: Asked[]
  close: () => void
}

/** A real HTTP server on loopback for one test. */
export async function startServer(handle: Handler): Promise<HttpServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const one = { method, path: url, headers, body: text ? JSON.parse(text) : null }
    asked.push(one)
    await handle(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(close)
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  more: object = {},
) {
  sendJson(response, { code, detail, ...more }, status)
}

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
}
