// Compresses every file once, prints what a page weighs as it travels, and fails the build when it weighs too much.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

declare global {
  /** Of every page built so far by pages.mjs, its bytes. */
  var weights: number[] | undefined;
}

export function budget({ page, kilobytes }: { page: string; kilobytes: number }): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      let total = 0;
      for (const [name, file] of Object.entries(bundle)) {
        const compressed = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
        await writeFile(join(dir, `${name}.gz`), compressed);
        total += compressed.length;
        console.log(`${weight(compressed.length)}  ${name}`);
      }
      console.log(`${weight(total)}  ${page}, compressed, of at most ${kilobytes} KB`);
      const files = Object.keys(bundle);
      const count = (extension: string) => files.filter((name) => name.endsWith(extension)).length;
      if (count('.js') !== 1 || count('.css') !== 1) {
        throw new Error(`${page}: one script and one style per page, not ${files.join(', ')}`);
      }
      globalThis.weights?.push(total);
      if (total > kilobytes * 1024) throw new Error(`${page} is too heavy: take something out, or raise its budget`);
    },
  };
}

function weight(bytes: number): string {
  return `${(bytes / 1024).toFixed(1).padStart(8)} KB`;
}
