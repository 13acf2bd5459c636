// Runs before the first paint: a module would let a dark page flash light.
const theme = localStorage.getItem('taskchat.theme')
const dark =
  theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.classList.toggle('dark', dark)
