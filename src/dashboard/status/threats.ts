import type { Threat, ThreatPage } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { ask } from '../control/ask.ts';
import { byId, element } from '../dom.ts';
import { placeOf } from '../shell/place.ts';
import { hour } from './moment.ts';
import type { SnakeCased } from './snake-cased.ts';
import { table } from './table.ts';
import { score } from './tiers.ts';

type Page = SnakeCased<ThreatPage>;

/** What a person reads before asking for more. */
const PAGE = 25;
const SCORES: readonly (readonly [string, string])[] = [
  ['', 'any score'],
  ['0.3', 'from 0.30'],
  ['0.6', 'from 0.60'],
  ['0.8', 'from 0.80'],
];
const FORMATS = ['csv', 'txt', 'stix'] as const;
const LIMIT = 10_000;

/** The merged threats, the highest score first, page by page. */
export function threatPanel(): HTMLElement {
  return element(
    'section',
    { class: 'card', 'aria-labelledby': 'threats-title' },
    element(
      'div',
      { class: 'heading' },
      element('h2', { id: 'threats-title' }, 'Threats'),
      element(
        'div',
        { class: 'pages-of' },
        element(
          'select',
          { id: 'threat-score', 'aria-label': 'Score' },
          ...SCORES.map(([value, text]) => element('option', { value }, text)),
        ),
        element(
          'select',
          { id: 'threat-source', 'aria-label': 'Source' },
          element('option', { value: '' }, 'any source'),
        ),
        ...FORMATS.map((format) =>
          element(
            'a',
            {
              href: `/intel/threats?limit=${LIMIT}&format=${format}`,
              download: `threats.${format === 'stix' ? 'json' : format}`,
            },
            format.toUpperCase(),
          ),
        ),
      ),
    ),
    element('div', { id: 'threats', 'aria-live': 'polite' }),
    element(
      'div',
      { class: 'pages-of' },
      element('button', { id: 'threats-back', type: 'button' }, 'Previous'),
      element('button', { id: 'threats-on', type: 'button' }, 'Next'),
      element('span', { id: 'threats-place', class: 'faint', role: 'status' }),
    ),
  );
}

export interface ThreatList {
  /** Asks again when what is merged, or which sources there are, has changed. */
  follow(mergedAt: number | null, sources: readonly string[]): void;
}

export function bindThreats(): ThreatList {
  /** The cursors of the pages up to this one; null is the first page's. */
  let cursors: (string | null)[] = [null];
  let next: string | null = null;
  let known = '';
  let asked = 0;
  const minimum = selectById('threat-score');
  const source = selectById('threat-source');
  const back = byId('threats-back');
  const on = byId('threats-on');

  async function load(): Promise<void> {
    asked += 1;
    const mine = asked;
    const cursor = cursors.at(-1) ?? null;
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (minimum.value !== '') query.set('min_score', minimum.value);
    if (source.value !== '') query.set('source', source.value);
    if (cursor !== null) query.set('cursor', cursor);
    const answer = await ask<Page>(`/intel/threats?${query}`);
    if (mine !== asked || !back.isConnected) return;
    if (answer.kind !== 'ok') {
      // What is on show stays; the next merge asks again.
      known = '';
      byId('threats-place').textContent = answer.text;
      return;
    }
    draw(answer.value);
  }

  function draw({ threats, total, cursor }: Page): void {
    next = cursor;
    const from = (cursors.length - 1) * PAGE;
    byId('threats').replaceChildren(
      threats.length === 0
        ? element(
            'p',
            { class: 'empty' },
            'No threats match. They come from the feeds above, once they are on and fetched.',
          )
        : table('Threats', ['Address', 'Score', 'Sources', 'Listed since'], 'Score', threats.map(row)),
    );
    byId('threats-place').textContent =
      total === 0 ? '' : `${count.format(from + 1)}–${count.format(from + threats.length)} of ${count.format(total)}`;
    turn(back, cursors.length > 1);
    turn(on, next !== null);
  }

  const restart = () => {
    cursors = [null];
    void load();
  };
  minimum.addEventListener('change', restart);
  source.addEventListener('change', restart);
  back.addEventListener('click', () => {
    if (cursors.length < 2) return;
    cursors = cursors.slice(0, -1);
    void load();
  });
  on.addEventListener('click', () => {
    if (next === null) return;
    cursors = [...cursors, next];
    void load();
  });

  return {
    follow(mergedAt, sources) {
      const now = JSON.stringify([mergedAt, sources]);
      if (now === known) return;
      known = now;
      const chosen = source.value;
      const options = ['', ...sources].map((id) => element('option', { value: id }, id === '' ? 'any source' : id));
      source.replaceChildren(...options);
      source.value = sources.includes(chosen) ? chosen : '';
      // A page further on is being read: it stays.
      if (cursors.length === 1) void load();
    },
  };
}

function row({ range, score: value, sources, first_seen: firstSeen }: SnakeCased<Threat>): readonly (Node | string)[] {
  const single = !range.includes('/') || range.endsWith('/64');
  const code = element('code', {}, range);
  const place = placeOf('blocklist', { ip: range.replace(/\/64$/, '') });
  return [
    single ? element('a', { href: place, 'data-view': 'blocklist' }, code) : code,
    score(value),
    sources.join(', '),
    firstSeen === undefined ? '–' : hour(firstSeen),
  ];
}

/** Not `disabled`: that would take the focus away from who pressed it. */
function turn(button: HTMLElement, possible: boolean): void {
  button.setAttribute('aria-disabled', String(!possible));
}

function selectById(id: string): HTMLSelectElement {
  const found = byId(id);
  if (!(found instanceof HTMLSelectElement)) throw new Error(`#${id} is no choice`);
  return found;
}
