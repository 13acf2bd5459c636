import { useQuery } from '@tanstack/react-query'
import { PRIORITY_NAMES } from '@/api/names'
import { projectQueries } from '@/features/projects/queries'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { DUE_RANGES, PRIORITIES, type TaskFilter, withValue } from './filter'
import { DUE_RANGE_NAMES, namedOptions } from './names'
import { taskQueries } from './queries'

const ANY = ''

type Props = { filter: TaskFilter; onChange: (filter: TaskFilter) => void }

export function FilterFields({ filter, onChange }: Props) {
  const tags = useQuery(taskQueries.tags())
  const projects = useQuery(projectQueries.all())
  const names = new Set(tags.data?.map(({ tag }) => tag))
  // A tag from the address may have no tasks any more; it must still be seen to be undone.
  if (filter.tag) names.add(filter.tag)

  return (
    <div className="grid gap-3">
      <Field label="Priority">
        {({ id }) => (
          <Select
            id={id}
            options={[{ value: ANY, label: 'Any' }, ...namedOptions(PRIORITIES, PRIORITY_NAMES)]}
            value={filter.priority ?? ANY}
            onChange={(value) => onChange(withValue(filter, 'priority', value || undefined))}
          />
        )}
      </Field>
      <Field label="Due">
        {({ id }) => (
          <Select
            id={id}
            options={[
              { value: ANY, label: 'Any time' },
              ...namedOptions(DUE_RANGES, DUE_RANGE_NAMES),
            ]}
            value={filter.due ?? ANY}
            onChange={(value) => onChange(withValue(filter, 'due', value || undefined))}
          />
        )}
      </Field>
      <Field label="Project">
        {({ id }) => (
          <Select
            id={id}
            options={[
              { value: ANY, label: 'Any' },
              ...(projects.data ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
            value={filter.project ?? ANY}
            onChange={(value) => onChange(withValue(filter, 'project', value || undefined))}
          />
        )}
      </Field>
      <Field label="Tag">
        {({ id }) => (
          <Select
            id={id}
            options={[
              { value: ANY, label: 'Any' },
              ...[...names].map((tag) => ({ value: tag, label: tag })),
            ]}
            value={filter.tag ?? ANY}
            onChange={(value) => onChange(withValue(filter, 'tag', value || undefined))}
          />
        )}
      </Field>
    </div>
  )
}
