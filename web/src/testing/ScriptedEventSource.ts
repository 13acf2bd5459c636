/** Stands in for the browser's stream, which jsdom lacks: open at once, and says what it is told. */
export class ScriptedEventSource {
  static readonly CLOSED = 2
  static readonly OPEN = 1
  static open: ScriptedEventSource[] = []

  readyState = ScriptedEventSource.OPEN
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null

  constructor() {
    ScriptedEventSource.open.push(this)
    queueMicrotask(() => this.onopen?.())
  }

  static send(event: object): void {
    for (const source of ScriptedEventSource.open) {
      source.onmessage?.({ data: JSON.stringify(event) })
    }
  }

  close(): void {
    this.readyState = ScriptedEventSource.CLOSED
    ScriptedEventSource.open = ScriptedEventSource.open.filter((one) => one !== this)
  }
}
