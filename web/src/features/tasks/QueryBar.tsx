import { useInfiniteQuery } from '@tanstack/react-query'
import { BookmarkPlus } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { ApiError } from '@/api/client'
import { useSaveFilter } from '@/features/projects/queries'
import { useNow } from '@/lib/useNow'
import { wallClock } from '@/lib/zonedTime'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { FIELD, Input } from '@/ui/Input'
import { Popover } from '@/ui/Popover'
import { columnInFilter, type TaskFilter, toListQuery, withValue } from './filter'
import { taskQueries } from './queries'

const MAX_QUERY = 500
const MAX_NAME = 100

type Props = { filter: TaskFilter; onChange: (filter: TaskFilter) => void; zone: string }

/** A filter in the words of the query language; a mistake is pointed at. */
export function QueryBar({ filter, onChange, zone }: Props) {
  const query = filter.filter ?? ''
  const [words, setWords] = useState(query)
  const [lastQuery, setLastQuery] = useState(query)
  const mistakeId = useId()
  const mistake = useMistake(filter, zone)

  if (query !== lastQuery) {
    setLastQuery(query)
    setWords(query)
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    onChange(withValue(filter, 'filter', words.trim() || undefined))
  }

  return (
    <div className="grid gap-1">
      <form onSubmit={submit} className="flex gap-2">
        <input
          aria-label="Query"
          aria-invalid={mistake !== null}
          aria-describedby={mistake ? mistakeId : undefined}
          placeholder="overdue & (#home | p:high) & !tag:someday"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          // It was opened to be typed into.
          // biome-ignore lint/a11y/noAutofocus: see above
          autoFocus={query === ''}
          maxLength={MAX_QUERY}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className={`${FIELD} h-9 font-mono text-[13px]`}
        />
        <Button type="submit">Apply</Button>
        {query !== '' && mistake === null && <SaveFilter query={query} />}
      </form>
      {mistake && (
        <div id={mistakeId} role="alert" className="overflow-x-auto text-xs text-danger">
          {mistake.column !== null && words.trim() === query && (
            <pre aria-hidden className="px-3 font-mono text-[13px]">
              {query}
              {'\n'}
              {' '.repeat(Math.max(mistake.column - 1, 0))}^
            </pre>
          )}
          <p>{mistake.text}</p>
        </div>
      )}
    </div>
  )
}

/** What the server says about the words, and in which of their columns; null when all is well. */
function useMistake(filter: TaskFilter, zone: string) {
  const today = wallClock(useNow(), zone).day
  // The list asks the same question: this only listens to the answer.
  const { error } = useInfiniteQuery({
    ...taskQueries.list(toListQuery(filter, today)),
    enabled: false,
  })
  if (!(error instanceof ApiError) || error.code !== 'filter_invalid') return null
  const { column } = error.details
  if (typeof column !== 'number') return { column: null, text: error.message }
  const here = columnInFilter(filter, column)
  return { column: here, text: error.message.replace(`Column ${column}`, `Column ${here}`) }
}

function SaveFilter({ query }: { query: string }) {
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const save = useSaveFilter()

  function submit(event: FormEvent) {
    event.preventDefault()
    if (name.trim() === '') return
    save.mutate(
      { name: name.trim(), query },
      {
        onSuccess: () => {
          setOpen(false)
          setName('')
        },
      },
    )
  }

  return (
    <Popover
      label="Save the filter"
      open={open}
      onOpenChange={setOpen}
      className="w-64"
      trigger={
        <Button>
          <BookmarkPlus aria-hidden />
          Save
        </Button>
      }
    >
      <form onSubmit={submit} className="grid gap-2">
        <Field label="Name" error={save.error?.message}>
          {(control) => (
            <Input
              {...control}
              maxLength={MAX_NAME}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={save.isPending || name.trim() === ''}>
          Save the filter
        </Button>
      </form>
    </Popover>
  )
}
