// How the pages are built: one script and one style per page, named by their content, nothing inline.
import { defineConfig } from 'vite';
import { budget } from './build/budget.ts';
import { designSystem } from './build/design-system.ts';
import { icons } from './build/icons.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [icons(), designSystem(), budget({ page: 'admin', kilobytes: 75 })],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { input: { admin: 'admin/index.html' } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8090' } },
  test: { include: ['admin/**/*.test.ts', 'build/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
