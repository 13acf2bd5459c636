import { type MouseEvent, type PointerEvent, useRef } from 'react'

const LONG_MS = 450
/** A finger is never quite still. */
const SLACK_PX = 8

type Place = { x: number; y: number }

/** Handlers for an element that a finger rests on; the click that would follow is swallowed. */
export function useLongPress(onLongPress: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const start = useRef<Place>({ x: 0, y: 0 })
  const happened = useRef(false)
  const cancel = () => clearTimeout(timer.current)

  return {
    onPointerDown: ({ pointerType, clientX: x, clientY: y }: PointerEvent) => {
      happened.current = false
      if (pointerType !== 'touch') return
      start.current = { x, y }
      cancel()
      timer.current = setTimeout(() => {
        happened.current = true
        onLongPress()
      }, LONG_MS)
    },
    onPointerMove: ({ clientX: x, clientY: y }: PointerEvent) => {
      if (Math.hypot(x - start.current.x, y - start.current.y) > SLACK_PX) cancel()
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onContextMenu: (event: MouseEvent) => {
      if (happened.current) event.preventDefault()
    },
    onClickCapture: (event: MouseEvent) => {
      if (!happened.current) return
      happened.current = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
