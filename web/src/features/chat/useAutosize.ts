import { type RefObject, useLayoutEffect } from 'react'

/** Makes the textarea inside as high as its text; max-height in CSS is the limit. */
export function useAutosize(container: RefObject<HTMLElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what changes the height
  useLayoutEffect(() => {
    const area = container.current?.querySelector('textarea')
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [container, text])
}
