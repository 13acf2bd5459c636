import { cn } from '@/lib/cn'

const FILLS: Record<string, string> = {
  red: 'bg-dye-red',
  orange: 'bg-dye-orange',
  yellow: 'bg-dye-yellow',
  green: 'bg-dye-green',
  teal: 'bg-dye-teal',
  blue: 'bg-dye-blue',
  violet: 'bg-dye-violet',
  pink: 'bg-dye-pink',
  gray: 'bg-dye-gray',
}

export const DYES = Object.keys(FILLS)

type Props = { color: string | undefined; className?: string }

/** A spot of the named colour; grey for a name it does not know. Decorative: the words beside it say the same. */
export function ColorDot({ color = 'gray', className }: Props) {
  return (
    <span
      aria-hidden
      className={cn(
        'inline-block size-2 shrink-0 rounded-full',
        FILLS[color] ?? FILLS.gray,
        className,
      )}
    />
  )
}
