import { Search } from 'lucide-react'
import { type RefObject, useEffect, useEffectEvent, useState } from 'react'
import { Input } from '@/ui/Input'

const DEBOUNCE_MS = 250

type Props = {
  input: RefObject<HTMLInputElement | null>
  value: string
  onSearch: (words: string) => void
}

/** Tells of the words once the typing rests; follows the value when it changes from outside. */
export function SearchBox({ input, value, onSearch }: Props) {
  const [words, setWords] = useState(value)
  const [lastValue, setLastValue] = useState(value)
  const search = useEffectEvent(onSearch)

  if (value !== lastValue) {
    setLastValue(value)
    if (value !== words.trim()) setWords(value)
  }

  useEffect(() => {
    const asked = words.trim()
    if (asked === value) return
    const timer = setTimeout(() => search(asked), DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [words, value])

  return (
    <search className="relative min-w-24 flex-1">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-fg"
      />
      <Input
        ref={input}
        type="search"
        aria-label="Search tasks"
        placeholder="Search"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          setWords('')
          event.currentTarget.blur()
        }}
        className="pl-8"
      />
    </search>
  )
}
