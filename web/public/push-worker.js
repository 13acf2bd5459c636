// Shows what the server pushes while no page is open. It caches nothing: an upgrade needs no care.

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  const { id, title, body, url } = event.data.json()
  // The same id, when it comes twice, replaces the first one silently.
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag: id,
      icon: '/favicon.svg',
      data: { url },
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(new URL(event.notification.data.url).href))
})

async function open(url) {
  const pages = await self.clients.matchAll({ type: 'window' })
  const page = pages[0]
  if (!page) return self.clients.openWindow(url)
  await page.focus()
  return page.navigate(url)
}
