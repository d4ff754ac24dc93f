// `import icon from '…/search.svg?icon'` gives an SVG file's view box and drawing, so only the icons used are in the page.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

const MARK = '.svg?icon';

export function icons(): Plugin {
  return {
    name: 'icons',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(MARK)) return null;
      const svg = await readFile(id.slice(0, -'?icon'.length), 'utf8');
      const [, box, drawing] = /<svg[^>]*\sviewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/.exec(svg) ?? [];
      if (!box || !drawing) throw new Error(`${id}: not an SVG file with a view box`);
      return `export default ${JSON.stringify({ box, drawing })};`;
    },
  };
}
