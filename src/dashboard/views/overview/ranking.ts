import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { UNKNOWN_COUNTRY } from '../../geo/country-name.ts';

/** What one compares at a glance. */
const SHOWN = 8;

/** Where the totals put what they could not keep apart, and what has no country: there is nothing to look for. */
const NAMELESS = new Set(['other', UNKNOWN_COUNTRY]);

export interface RankingOptions {
  readonly title: string;
  /** What stands there until something is counted. */
  readonly nothing: string;
  readonly name?: (key: string) => string;
  /** Where a click leads; absent: nowhere. */
  readonly choose?: (key: string) => void;
}

interface Line {
  readonly node: HTMLElement;
  readonly label: HTMLElement;
  readonly n: HTMLElement;
}

/** The most frequent of something over bars, in a card of its own. Lines keep their elements while their figures change. */
export class Ranking {
  readonly node: HTMLElement;
  readonly #options: RankingOptions;
  readonly #list = element('ol', { class: 'rank' });
  readonly #nothing: HTMLElement;
  readonly #lines = new Map<string, Line>();

  constructor(options: RankingOptions) {
    this.#options = options;
    this.#nothing = element('p', { class: 'rank-nothing' }, options.nothing);
    this.node = element('section', { class: 'card' }, element('h2', {}, options.title), this.#list, this.#nothing);
  }

  draw(figures: Readonly<Record<string, number>>): void {
    const top = Object.entries(figures)
      .filter(([, n]) => n > 0)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, SHOWN);
    const most = top[0]?.[1] ?? 1;
    const wanted = new Set(top.map(([key]) => key));
    for (const [key, { node }] of this.#lines) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#lines.delete(key);
    }
    top.forEach(([key, n], i) => {
      const line = this.#lines.get(key) ?? this.#make(key);
      const text = count.format(n);
      if (line.n.textContent !== text) line.n.textContent = text;
      // A rule's or a network's name is known as soon as an event tells it.
      const name = this.#options.name?.(key) ?? key;
      if (line.label.textContent !== name) {
        line.label.textContent = name;
        line.label.title = name;
      }
      line.node.style.setProperty('--share', String(n / most));
      if (this.#list.children[i] !== line.node) this.#list.insertBefore(line.node, this.#list.children[i] ?? null);
    });
    this.#nothing.hidden = top.length > 0;
    this.#list.hidden = top.length === 0;
  }

  #make(key: string): Line {
    const { choose } = this.#options;
    const chosen = choose !== undefined && !NAMELESS.has(key);
    const label = chosen ? element('button', { type: 'button', class: 'geo-link' }) : element('span', {});
    if (chosen) label.addEventListener('click', () => choose(key));
    const n = element('b', {});
    const line = { node: element('li', {}, label, n), label, n };
    this.#lines.set(key, line);
    return line;
  }
}
