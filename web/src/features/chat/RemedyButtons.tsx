import { ArrowRight, type LucideIcon, RotateCcw, Terminal } from 'lucide-react'
import type { MouseEvent } from 'react'
import { Button } from '@/ui/Button'
import { focusLog } from './focusLog'
import { lastQuestion, type Remedy } from './turns'
import { useChat, useChatStore } from './useChat'
import { useModelChoice, useOtherModel } from './useModelChoice'

const CONTINUE = 'Continue.'

type Props = { remedies: readonly Remedy[] }

/** One click for each thing that may help after an answer that failed. */
export function RemedyButtons({ remedies }: Props) {
  const store = useChatStore()
  const { assistants, model } = useModelChoice()
  const question = useChat(({ items }) => lastQuestion(items))
  const other = useOtherModel(question)
  const answered = useChat(({ ends }) => ends.get(question?.id ?? '')?.model)
  const commands = assistants.find(({ kind }) => kind === 'commands')
  const buttons: Record<Remedy, { label: string; Icon: LucideIcon; act: () => Promise<void> }> = {
    retry: { label: 'Try again', Icon: RotateCcw, act: () => store.retry(other) },
    continue: { label: 'Continue', Icon: ArrowRight, act: () => store.send(CONTINUE, model) },
    commands: {
      label: `Use ${commands?.name.toLowerCase()}`,
      Icon: Terminal,
      act: () => store.retry(commands?.id),
    },
  }
  const offered = remedies.filter(
    (remedy) => remedy !== 'commands' || (commands && commands.id !== answered),
  )
  if (offered.length === 0) return null
  return (
    <div className="flex flex-wrap gap-2">
      {offered.map((remedy) => {
        const { label, Icon, act } = buttons[remedy]
        return (
          <Button
            key={remedy}
            size="sm"
            onClick={(event: MouseEvent<HTMLElement>) => {
              focusLog(event)
              void act()
            }}
          >
            <Icon aria-hidden />
            {label}
          </Button>
        )
      })}
    </div>
  )
}
