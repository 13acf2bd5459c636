import type { Brought } from '@/api/transfers'
import { broughtSentences } from './words'

type Props = { brought: Brought; isDone: boolean }

export function BroughtReport({ brought, isDone }: Props) {
  const { problems, problem_count: count } = brought
  return (
    <div role="status" className="grid gap-1 text-sm">
      {broughtSentences(brought, isDone).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {count > 0 && (
        <details className="text-xs text-muted-fg">
          <summary className="cursor-pointer">
            {count === 1 ? '1 thing was not understood' : `${count} things were not understood`}
          </summary>
          <ul className="mt-1 grid max-h-48 list-disc gap-0.5 overflow-y-auto pl-5">
            {problems.map(({ place, reason }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <li key={index}>
                {place}: {reason}
              </li>
            ))}
            {problems.length < count && <li>and {count - problems.length} more</li>}
          </ul>
        </details>
      )}
    </div>
  )
}
