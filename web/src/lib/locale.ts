/** The sentences are English, so dates are too, in the browser's flavour of it. */
export function dateLocale(): string {
  return navigator.language.startsWith('en') ? navigator.language : 'en-GB'
}
