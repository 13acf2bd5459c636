import { CalendarDays, CircleHelp, Flag, ListPlus, type LucideIcon, Sparkles } from 'lucide-react'
import { useChatStore } from './useChat'
import { useModelChoice } from './useModelChoice'

const SUGGESTIONS: readonly { text: string; Icon: LucideIcon }[] = [
  { text: 'Create a task called test migration due tomorrow at 5pm', Icon: ListPlus },
  { text: 'What is due this week?', Icon: CalendarDays },
  { text: 'Show my high priority tasks', Icon: Flag },
  { text: 'Help', Icon: CircleHelp },
]

type Props = { onSuggestion: () => void }

export function EmptyChat({ onSuggestion }: Props) {
  const store = useChatStore()
  const { model } = useModelChoice()

  function send(text: string) {
    void store.send(text, model)
    onSuggestion()
  }

  return (
    <div className="my-auto flex flex-col items-center py-6">
      <span className="grid size-11 place-items-center rounded-2xl bg-accent-soft text-accent-text">
        <Sparkles className="size-5" />
      </span>
      <p className="mt-4 text-base font-semibold">What should we get done?</p>
      <p className="mt-1 max-w-72 text-center text-sm text-balance text-muted-fg">
        Create, find and change tasks in your own words.
      </p>
      <ul className="mt-6 grid w-full max-w-sm gap-2">
        {SUGGESTIONS.map(({ text, Icon }) => (
          <li key={text}>
            <button
              type="button"
              className="flex w-full items-center gap-3 rounded-xl border px-3.5 py-2.5 text-left text-sm transition-colors hover:border-line-strong hover:bg-muted"
              onClick={() => send(text)}
            >
              <Icon className="size-4 shrink-0 text-muted-fg" />
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
