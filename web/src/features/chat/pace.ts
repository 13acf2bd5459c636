/** Decides when a queued flush runs. */
export type Pace = (flush: () => void) => void

/** 20 times a second: text still seems to flow, and each paint has the time that it needs. */
const INTERVAL_MS = 50

/** Flushes with the next frame, at most every INTERVAL_MS; by timer where no frames are drawn. */
export function paintPace(): Pace {
  let flushedAt = Number.NEGATIVE_INFINITY
  return (flush) => {
    const run = () => {
      flushedAt = performance.now()
      flush()
    }
    const wait = Math.max(0, flushedAt + INTERVAL_MS - performance.now())
    setTimeout(() => (document.hidden ? run() : requestAnimationFrame(run)), wait)
  }
}
