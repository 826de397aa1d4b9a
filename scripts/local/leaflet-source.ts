import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const MARKUP = "div.innerHTML = '<svg/>';";
const NODE = "div.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));";

/**
 * Leaflet asks, as it is loaded, whether this browser knows SVG in markup, by `innerHTML`, which throws under the page's Trusted Types.
 * The same is asked here without markup. Nothing else of Leaflet that the page uses sets markup; a version that asks otherwise does not
 * build.
 */
export const leafletSource: Plugin = {
  name: 'leaflet-source',
  setup(build) {
    const path = join(dirname(createRequire(import.meta.url).resolve('leaflet')), 'leaflet-src.esm.js');
    build.onResolve({ filter: /^leaflet$/ }, () => ({ path }));
    build.onLoad({ filter: /leaflet-src\.esm\.js$/ }, async () => {
      const source = await readFile(path, 'utf8');
      if (source.split(MARKUP).length !== 2) throw new Error('Leaflet tells otherwise now whether there is SVG');
      return { contents: source.replace(MARKUP, NODE), loader: 'js' };
    });
  },
};
