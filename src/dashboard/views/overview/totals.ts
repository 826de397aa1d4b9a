import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import type { Series } from './time-bins.ts';

/** What one came to see first stands first. */
const ORDER: readonly Series[] = ['block', 'challenge', 'limit', 'log', 'allow'];
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** Requests of a span by what became of them, a card each. */
export class TotalCards {
  readonly node = element('div', { class: 'total-cards' });
  readonly #figures = new Map<Series | 'all', { readonly n: HTMLElement; readonly note: HTMLElement }>();

  constructor() {
    this.node.append(
      this.#card('all', 'Requests'),
      ...ORDER.map((name) => this.#card(name, OUTCOME_NAMES[name] ?? name)),
    );
  }

  /** `span` in words: `in the last hour`. */
  draw(sums: Readonly<Record<Series, number>>, span: string): void {
    const all = ORDER.reduce((sum, name) => sum + sums[name], 0);
    this.#set('all', all, span);
    for (const name of ORDER)
      this.#set(name, sums[name], all === 0 ? '' : `${percent.format(sums[name] / all)} of all`);
  }

  #card(name: Series | 'all', label: string): HTMLElement {
    const n = element('b', {}, '0');
    const note = element('small', {});
    this.#figures.set(name, { n, note });
    return element('div', { class: 'card total-card', 'data-tone': name }, element('span', {}, label), n, note);
  }

  #set(name: Series | 'all', n: number, note: string): void {
    const figure = this.#figures.get(name);
    if (figure === undefined) return;
    figure.n.textContent = count.format(n);
    figure.note.textContent = note;
  }
}
