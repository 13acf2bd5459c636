import { isNearlyFull, MAX_MESSAGE_LENGTH } from './messageLength'

type Props = { id: string; length: number }

/** Says how full a message is, once it nearly is. */
export function LengthCounter({ id, length }: Props) {
  const left = MAX_MESSAGE_LENGTH - length
  return (
    <p id={id} className={left < 0 ? 'font-medium text-danger' : ''}>
      {left < 0 ? `${count(-left)} too long` : isNearlyFull(length) && `${count(left)} left`}
    </p>
  )
}

function count(characters: number): string {
  return characters === 1 ? '1 character' : `${characters.toLocaleString('en')} characters`
}
