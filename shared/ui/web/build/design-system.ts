// The Salesforce Lightning Design System, cut down to the rules whose class names occur in our sources.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PurgeCSS } from 'purgecss';
import type { Plugin } from 'vite';

const NAME = 'virtual:design-system.css';
const SHEET = '@salesforce-ux/design-system/assets/styles/salesforce-lightning-design-system.css';

/** `folder` is the page's own; what the pages share counts for each. */
export function designSystem(folder: string): Plugin {
  return {
    name: 'design-system',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      const raw = await readFile(createRequire(import.meta.url).resolve(SHEET), 'utf8');
      const [purged] = await new PurgeCSS().purge({
        content: [`${folder}/**/*.{tsx,ts,html}`, 'components/**/*.tsx'].map((glob) => `${import.meta.dirname}/../${glob}`),
        css: [{ raw }],
        defaultExtractor: (source) => source.match(/[\w-]+/g) ?? [],
        variables: true,
        keyframes: true,
        fontFace: true,
      });
      if (!purged) throw new Error('the design system gave no style');
      return withoutImages(purged.css);
    },
  };
}

/** Pictures of the design system are not shipped; the page's policy would not load them either. */
function withoutImages(css: string): string {
  return css.replace(/[\w-]+:[^;{}]*url\(["']?\.\.\/images[^;{}]*;?/g, '');
}
