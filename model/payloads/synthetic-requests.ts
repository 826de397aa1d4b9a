import type { LabelledRequest } from '../labelled-request.ts';
import { seededRandom } from '../random.ts';
import { CODE } from './code.ts';
import { COMMANDS } from './commands.ts';
import { choose, expand, type Grammar } from './grammar.ts';
import { HONEST } from './honest.ts';
import { MARKUP } from './markup.ts';
import { PATHS, PROBES } from './paths.ts';
import { SQL } from './sql.ts';

/** The licence that our own rows bear: written for this project, under its licence. */
export const OWN_LICENCE = 'own list';
/** Sources of drawn rows begin so; they are never held-out evidence of anything. */
export const OWN_SOURCE = 'own ';

interface Family {
  readonly name: string;
  readonly label: LabelledRequest['label'];
  readonly category: string;
  readonly grammar: Grammar;
  readonly symbol: string;
  readonly count: number;
}

const FAMILIES: readonly Family[] = [
  { name: 'sql', label: 'attack', category: 'sqli', grammar: SQL, symbol: 'start', count: 1800 },
  { name: 'markup', label: 'attack', category: 'xss', grammar: MARKUP, symbol: 'start', count: 1300 },
  { name: 'paths', label: 'attack', category: 'traversal', grammar: PATHS, symbol: 'traversal', count: 500 },
  { name: 'paths', label: 'attack', category: 'rfi', grammar: PATHS, symbol: 'rfi', count: 300 },
  { name: 'paths', label: 'attack', category: 'ssrf', grammar: PATHS, symbol: 'ssrf', count: 300 },
  { name: 'paths', label: 'attack', category: 'rfi', grammar: PATHS, symbol: 'redirect', count: 150 },
  { name: 'probes', label: 'attack', category: 'probe', grammar: PROBES, symbol: 'start', count: 900 },
  { name: 'commands', label: 'attack', category: 'cmdi', grammar: COMMANDS, symbol: 'start', count: 900 },
  { name: 'code', label: 'attack', category: 'other', grammar: CODE, symbol: 'start', count: 1300 },
  { name: 'honest', label: 'benign', category: 'benign-drawn', grammar: HONEST, symbol: 'start', count: 3600 },
];

const FIELDS = [
  'q',
  'id',
  'name',
  'text',
  'comment',
  'page',
  'search',
  'message',
  'url',
  'file',
  'title',
  'user',
  'filter',
  'sort',
  'lang',
  'ref',
  'data',
  'path',
  'email',
  'category',
  'view',
  'query',
  'body',
  'content',
  'input',
];
const PLACES = [
  '/',
  '/search',
  '/index.php',
  '/api/v1/items',
  '/login',
  '/blog/post',
  '/products',
  '/contact',
  '/view',
  '/comments',
  '/shop/cart',
  '/graphql',
  '/users/7',
  '/download',
];
const FILLERS = [
  'page=2',
  'lang=en',
  'sort=newest',
  'utm_source=mail',
  'submit=Send',
  'id=42',
  'csrf=9f2b1c',
  'category=books',
];

/** The project's own rows, drawn from its grammars: the same for a seed. Distinct within a family. */
export function drawSyntheticRequests(seed: number): LabelledRequest[] {
  const random = seededRandom(seed);
  const rows: LabelledRequest[] = [];
  for (const { name, label, category, grammar, symbol, count } of FAMILIES) {
    const seen = new Set<string>();
    // Small grammars run dry before the count is full.
    for (let tries = 0; seen.size < count && tries < count * 4; tries++) {
      const text = expand(grammar, symbol, random);
      if (seen.has(text)) continue;
      seen.add(text);
      const base = {
        id: `own-${name}-${rows.length}`,
        source: `${OWN_SOURCE}${name}`,
        licence: OWN_LICENCE,
        label,
        category,
      };
      rows.push(category === 'probe' ? askFor(text, base) : wrap(text, base, random));
    }
  }
  return rows;
}

type Base = Pick<LabelledRequest, 'id' | 'source' | 'licence' | 'label' | 'category'>;

const HEADERS = {
  host: 'example.com',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
};

function askFor(path: string, base: Base): LabelledRequest {
  return { ...base, method: 'GET', path: encodeURI(path).replaceAll('%25', '%'), headers: HEADERS };
}

/** Puts the text into a field, most often of the query, beside others as forms have them. */
function wrap(text: string, base: Base, random: () => number): LabelledRequest {
  const place = choose(PLACES, random);
  const field = choose(FIELDS, random);
  const draw = random();
  const encoded = encodeURIComponent(text);
  const around = random() < 0.5 ? [] : [choose(FILLERS, random)];
  const pairs = (random() < 0.5 ? [`${field}=${encoded}`, ...around] : [...around, `${field}=${encoded}`]).join('&');
  if (draw < 0.45) return { ...base, method: 'GET', path: `${place}?${pairs}`, headers: HEADERS };
  if (draw < 0.7) {
    const headers = { ...HEADERS, 'content-type': 'application/x-www-form-urlencoded' };
    return { ...base, method: 'POST', path: place, headers, body: pairs };
  }
  if (draw < 0.9) {
    const headers = { ...HEADERS, 'content-type': 'application/json' };
    return { ...base, method: 'POST', path: place, headers, body: JSON.stringify({ [field]: text, page: 2 }) };
  }
  // In the path only attacks stand raw; honest names there are short words.
  if (draw < 0.96 && base.label === 'attack') {
    return { ...base, method: 'GET', path: `${place === '/' ? '' : place}/${encoded}`, headers: HEADERS };
  }
  const headers = { ...HEADERS, cookie: `theme=dark; ${field}=${encoded}` };
  return { ...base, source: `${base.source}|wrapped:cookie`, method: 'GET', path: place, headers };
}
