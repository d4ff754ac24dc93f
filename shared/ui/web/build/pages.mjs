// Builds every page by itself, so that each is one script and one style, and sums up what they weigh together.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';

/** The most that scripts and styles of all pages may weigh, compressed. */
const KILOBYTES = 150;

const web = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { outDir: { type: 'string', default: 'dist' } } });
const outDir = resolve(web, values.outDir);

const pages = ['admin', 'widget', 'handover'];
globalThis.weights = [];
for (const page of pages) {
  await build({
    configFile: join(web, 'vite.config.ts'),
    mode: page,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: page === pages[0] },
  });
}
const total = globalThis.weights.reduce((sum, bytes) => sum + bytes, 0) / 1024;
console.log(`${total.toFixed(1)} KB  all pages, compressed, of at most ${KILOBYTES} KB`);
if (total > KILOBYTES) throw new Error('The pages are too heavy together: take something out.');
