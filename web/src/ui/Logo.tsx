/** The product's mark; decorative beside its name. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <path
        className="fill-accent"
        d="M9 3h14a7 7 0 0 1 7 7v8a7 7 0 0 1-7 7h-6.5l-6.2 4.7A1.4 1.4 0 0 1 8 28.6V25A7 7 0 0 1 2 18v-8a7 7 0 0 1 7-7Z"
      />
      <path
        className="fill-none stroke-accent-fg"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="m10.5 14.3 4 4 7.2-8"
      />
    </svg>
  )
}
