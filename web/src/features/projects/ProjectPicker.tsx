import { useQuery } from '@tanstack/react-query'
import { Field } from '@/ui/Field'
import { Suggest } from '@/ui/Suggest'
import { projectQueries } from './queries'

const MAX_NAME = 100

type Props = { value: string; onChange: (name: string) => void; error?: string | undefined }

/** A project by its name; a name that is new makes one. */
export function ProjectPicker({ value, onChange, error }: Props) {
  const { data = [] } = useQuery(projectQueries.all())
  const names = data.filter((one) => one.archived_at === null).map(({ name }) => name)
  const typed = value.trim().toLowerCase()
  const isNew = typed !== '' && !data.some(({ name }) => name.toLowerCase() === typed)
  return (
    <Field label="Project" error={error} {...(isNew && { hint: 'A new project.' })}>
      {(control) => (
        <Suggest
          {...control}
          value={value}
          onChange={onChange}
          suggestions={names}
          maxLength={MAX_NAME}
          placeholder="None"
        />
      )}
    </Field>
  )
}
