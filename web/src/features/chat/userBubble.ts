/** The look of what a person wrote, sent or on its way. */
export const USER_BUBBLE =
  'max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2 text-sm leading-relaxed wrap-anywhere whitespace-pre-wrap'
