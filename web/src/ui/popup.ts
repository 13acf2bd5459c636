/** The look of what opens beside its trigger: menus, selects, popovers. */
export const POPUP =
  'max-h-(--available-height) origin-(--transform-origin) overflow-y-auto rounded-lg bg-raised p-1 text-sm shadow-popup transition duration-100 outline-none data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0'

/** The look of one line of them. */
export const POPUP_ITEM =
  'flex min-h-8 items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-muted [&_svg]:size-4 [&_svg]:shrink-0'
