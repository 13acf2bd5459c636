import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': `${import.meta.dirname}/src` } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    unstubGlobals: true,
    // For a test that hangs; a busy machine must not fail one that gets there.
    testTimeout: 20_000,
    // Dates are formatted in zones that the tests name; the machine's own must not matter.
    env: { TZ: 'Pacific/Auckland' },
    execArgv: ['--experimental-eventsource', '--disable-warning=UNDICI-ES'],
  },
})
