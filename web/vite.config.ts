import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { tsconfigPaths: true },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
  build: {
    outDir: '../src/taskchat/static',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // data: URLs would need a wider Content-Security-Policy for fonts and scripts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Packages change less often than the app: browsers keep theirs through an upgrade.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'vendor', test: /node_modules\// },
          ],
        },
      },
    },
  },
})
