import { textOf, type UserMessageItem } from './protocol'
import { USER_BUBBLE } from './userBubble'

type Props = { item: UserMessageItem }

/** Plain text: what a person typed is shown as it was typed. */
export function UserMessage({ item }: Props) {
  return (
    <div className="flex justify-end">
      <h3 className="sr-only">You</h3>
      <p className={USER_BUBBLE}>{textOf(item)}</p>
    </div>
  )
}
