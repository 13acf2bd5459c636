import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Closer to the end than this, in pixels, one is reading along. */
const NEAR_END = 48

/** Rounding, in pixels, of a view that is as far down as it goes. */
const AT_END = 4

type Stick = {
  scroller: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  atEnd: boolean
  scrollToEnd: () => void
}

/** Keeps the end in view while content grows, until the reader scrolls away from it. */
export function useStickToBottom(): Stick {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const stuck = useRef(true)
  const [atEnd, setAtEnd] = useState(true)

  const stick = useCallback((next: boolean) => {
    stuck.current = next
    setAtEnd(next)
    // The browser's own anchoring holds the line that is read; at the end there is none to hold.
    if (scroller.current) scroller.current.style.overflowAnchor = next ? 'none' : 'auto'
  }, [])

  const scrollToEnd = useCallback(() => {
    stick(true)
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight
  }, [stick])

  useEffect(() => {
    const box = scroller.current
    const inner = content.current
    if (!box || !inner) return
    let seenTop = box.scrollTop
    const onScroll = () => {
      const toEnd = box.scrollHeight - box.scrollTop - box.clientHeight
      // Content that shrinks moves the view up as well, but leaves it at the very end.
      if (box.scrollTop < seenTop) toEnd > AT_END && stick(false)
      else if (toEnd < NEAR_END) stick(true)
      seenTop = box.scrollTop
    }
    // The wheel speaks before the view moves: without it, fast text would win against the reader.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && box.scrollTop > 0) stick(false)
    }
    const observer = new ResizeObserver(() => stuck.current && scrollToEnd())
    observer.observe(inner)
    observer.observe(box)
    box.addEventListener('scroll', onScroll, { passive: true })
    box.addEventListener('wheel', onWheel, { passive: true })
    return () => {
      observer.disconnect()
      box.removeEventListener('scroll', onScroll)
      box.removeEventListener('wheel', onWheel)
    }
  }, [stick, scrollToEnd])

  return { scroller, content, atEnd, scrollToEnd }
}
