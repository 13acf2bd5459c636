import { useMutation, useQuery } from '@tanstack/react-query'
import type { LucideIcon } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { projectQueries } from '@/features/projects/queries'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Popover } from '@/ui/Popover'
import { Suggest } from '@/ui/Suggest'

type Props = {
  Icon: LucideIcon
  title: string
  label: string
  hint: string
  suggestProjects?: boolean
  /** Rejects with what the server says. */
  onSubmit: (words: string) => Promise<void>
}

/** A button of the bar with one field behind it. */
export function BulkForm({ Icon, title, label, hint, suggestProjects = false, onSubmit }: Props) {
  const [open, setOpen] = useState(false)
  const [words, setWords] = useState('')
  const projects = useQuery({ ...projectQueries.all(), enabled: suggestProjects })
  const apply = useMutation({
    mutationFn: onSubmit,
    onSuccess: () => {
      setOpen(false)
      setWords('')
    },
  })
  const names = projects.data?.filter((one) => one.archived_at === null).map(({ name }) => name)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (words.trim() !== '' && !apply.isPending) apply.mutate(words.trim())
  }

  return (
    <Popover
      label={title}
      open={open}
      onOpenChange={setOpen}
      className="w-72"
      trigger={
        <Button variant="ghost" size="sm">
          <Icon aria-hidden />
          {title}
        </Button>
      }
    >
      <form onSubmit={submit} className="grid gap-2">
        <Field label={label} hint={hint} error={apply.error?.message}>
          {(control) => (
            <Suggest
              {...control}
              value={words}
              onChange={setWords}
              suggestions={suggestProjects ? (names ?? []) : []}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={apply.isPending || words.trim() === ''}>
          {title}
        </Button>
      </form>
    </Popover>
  )
}
