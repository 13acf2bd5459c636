type Backoff = { firstMs: number; longestMs: number }

/** Longer with each failure, and never the same: many pages must not all return at one moment. */
export function backoff(failures: number, { firstMs, longestMs }: Backoff): number {
  const longest = Math.min(firstMs * 2 ** Math.max(failures - 1, 0), longestMs)
  return longest * (0.5 + Math.random() / 2)
}

/** Waits; shorter when a signal aborts or the network comes back. */
export function pause(milliseconds: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController()
    const wake = () => {
      clearTimeout(timer)
      done.abort()
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    globalThis.addEventListener?.('online', wake, { signal: done.signal })
    for (const signal of signals) {
      if (signal.aborted) wake()
      else signal.addEventListener('abort', wake, { signal: done.signal })
    }
  })
}
