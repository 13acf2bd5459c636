import { useEffect, useEffectEvent } from 'react'

const FIELDS = ['input:not([type=checkbox])', 'textarea', 'select', '[contenteditable]'].join()

/** Shortcuts with Ctrl, or Cmd, by `event.key` ("z", "shift+z"); a field keeps its own. */
export function useChordHotkeys(actions: Readonly<Record<string, () => void>>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return
    const action = actions[`${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`]
    if (!action || (event.target instanceof Element && event.target.closest(FIELDS))) return
    event.preventDefault()
    action()
  })

  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
