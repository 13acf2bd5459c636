import { Button, type ButtonProps } from './Button'
import { Tooltip } from './Tooltip'

type Props = Omit<ButtonProps, 'aria-label' | 'title'> & {
  /** Read out, and shown on hover. */
  label: string
}

export function IconButton({ label, size = 'icon', variant = 'ghost', ...props }: Props) {
  return (
    <Tooltip text={label}>
      <Button aria-label={label} size={size} variant={variant} {...props} />
    </Tooltip>
  )
}
