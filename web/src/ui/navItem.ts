/** The look of one line of a navigation, for links and buttons alike. */
export const NAV_ITEM =
  'flex min-h-8 w-full min-w-0 items-center gap-2.5 rounded-md px-2 text-left text-[13px] text-muted-fg hover:bg-muted hover:text-fg aria-[current]:bg-muted aria-[current]:font-medium aria-[current]:text-fg pointer-coarse:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0'
