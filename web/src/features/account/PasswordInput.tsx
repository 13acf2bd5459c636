import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { Input } from '@/ui/Input'

/** A password field that can show what was typed. */
export function PasswordInput(props: ComponentProps<'input'>) {
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <div className="relative">
      <Input
        {...props}
        name="password"
        type={shown ? 'text' : 'password'}
        required
        className="pr-10"
      />
      <button
        type="button"
        aria-label="Show the password"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-r-lg text-muted-fg hover:text-fg"
      >
        <Icon className="size-4" />
      </button>
    </div>
  )
}
