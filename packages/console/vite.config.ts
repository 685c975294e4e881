import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'

const config: UserConfig = {
  plugins: [react()],
  build: {
    // The service serves the console from its own package.
    outDir: '../livehook/dist/console',
    emptyOutDir: true,
    // The oldest with `light-dark()`, from which all colours are made.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The service forbids `data:` sources, so nothing may be written into the style sheets.
    assetsInlineLimit: 0,
    // All of these know module preloading.
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        advancedChunks: {
          // Many small files that share little compress badly: what every room needs goes together.
          groups: [
            {
              name: 'base',
              test: /node_modules[\\/](?:react|react-dom|scheduler|@tanstack|i18next|react-i18next|use-sync-external-store|@floating-ui)[\\/]/,
            },
            { name: 'parts', test: /node_modules[\\/]@mantine[\\/]/, minShareCount: 6 },
          ],
        },
      },
    },
  },
  server: {
    // `vite` in this folder, next to a service that was started by itself.
    proxy: { '/v1': 'http://127.0.0.1:8484', '/version': 'http://127.0.0.1:8484' },
  },
}

export default defineConfig(({ command }) => {
  // A build is a production build anyone who asks for it: a test run sets NODE_ENV to something else, and would otherwise
  // get React's development half, twice the size.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  return config
})
