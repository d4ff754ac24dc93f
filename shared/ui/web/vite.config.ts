// How a page is built: one script and one style, named by their content, nothing inline. The mode names the page.
import { defineConfig } from 'vite';
import { budget } from './build/budget.ts';
import { designSystem } from './build/design-system.ts';
import { icons } from './build/icons.ts';

/** The most each page may weigh on the wire. */
const KILOBYTES: Record<string, number> = { admin: 75, widget: 70, handover: 3 };

export default defineConfig(({ mode }) => {
  const page = mode in KILOBYTES ? mode : 'admin';
  return {
    root: import.meta.dirname,
    base: '/',
    publicDir: false,
    plugins: [icons(), designSystem(page), budget({ page, kilobytes: KILOBYTES[page] ?? 0 })],
    build: {
      target: 'es2022',
      outDir: 'dist',
      // Apart, so that one router can serve both, and each function its own.
      assetsDir: page === 'admin' ? 'assets' : 'assets/widget',
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { input: { [page]: `${page}/index.html` } },
    },
    server: { proxy: { '/api': 'http://127.0.0.1:8090' } },
    test: { include: ['{admin,build,components,handover,widget}/**/*.test.ts'], environment: 'node' },
  } as Parameters<typeof defineConfig>[0] as object;
});
