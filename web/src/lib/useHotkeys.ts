import { useEffect, useEffectEvent } from 'react'

/** Where keys have another meaning: fields, and whatever is open on top of the page. */
const BUSY = [
  'input:not([type=checkbox])',
  'textarea',
  'select',
  '[contenteditable]',
  '[role=dialog]',
  '[role=menu]',
  '[role=listbox]',
].join()

/** Single-key shortcuts by `event.key`; silent while someone types or is in a dialog or menu. */
export function useHotkeys(actions: Readonly<Record<string, () => void>>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const action = actions[event.key]
    if (!action || event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
    if (event.target instanceof Element && event.target.closest(BUSY)) return
    event.preventDefault()
    action()
  })

  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
