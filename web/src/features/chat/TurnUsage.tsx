import { Info } from 'lucide-react'
import { Button } from '@/ui/Button'
import { Popover } from '@/ui/Popover'
import type { TurnUsage as Usage } from './protocol'
import { usageText } from './usageText'

type Props = { usage: Usage }

/** What an answer took, behind a small button. */
export function TurnUsage({ usage }: Props) {
  const text = usageText(usage)
  return (
    <Popover
      label="What this answer took"
      trigger={
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="What this answer took"
          title={text}
          className="size-6 [&_svg]:size-3.5"
        >
          <Info />
        </Button>
      }
    >
      <p className="max-w-64 text-xs">{text}</p>
    </Popover>
  )
}
