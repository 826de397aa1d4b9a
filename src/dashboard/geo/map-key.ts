import { categoryName, categoryTone } from '../category-names.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { OUTCOME_NAMES } from '../outcome-names.ts';
import { OUTCOMES } from './sighting.ts';
import type { Counts } from './tally.ts';

/** The colours and what they stand for, each with its figure; each shows or hides what it stands for. */
export class MapKey {
  readonly node = element('div', { class: 'geo-key', role: 'group', 'aria-label': 'Show on the map' });
  readonly #hidden = new Set<string>();
  readonly #changed: () => void;
  #buttons = new Map<string, HTMLButtonElement>();
  #kind = '';

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Whether the reader wants to see what has this outcome or category. */
  shows(kind: 'outcome' | 'category', value: string): boolean {
    return !this.#hidden.has(`${kind} ${value}`);
  }

  /** `counts` of all there is, hidden or not. */
  draw(kind: 'outcome' | 'category', counts: Counts): void {
    const entries = kind === 'outcome' ? outcomeEntries(counts) : categoryEntries(counts);
    if (this.#kind !== kind || entries.some(({ value }) => !this.#buttons.has(value))) this.#build(kind, entries);
    for (const { value, n } of entries) {
      const figure = this.#buttons.get(value)?.querySelector('b');
      const text = count.format(n);
      if (figure !== undefined && figure !== null && figure.textContent !== text) figure.textContent = text;
    }
  }

  #build(kind: 'outcome' | 'category', entries: readonly Entry[]): void {
    this.#kind = kind;
    this.#buttons = new Map(
      entries.map(({ value, name, tone }) => {
        const key = `${kind} ${value}`;
        const button = element(
          'button',
          { type: 'button', 'data-tone': tone, 'aria-pressed': String(!this.#hidden.has(key)) },
          element('i', { 'aria-hidden': 'true' }),
          name,
          element('b', {}),
        );
        button.addEventListener('click', () => {
          const hide = !this.#hidden.has(key);
          if (hide) this.#hidden.add(key);
          else this.#hidden.delete(key);
          button.setAttribute('aria-pressed', String(!hide));
          this.#changed();
        });
        return [value, button];
      }),
    );
    this.node.replaceChildren(...this.#buttons.values());
  }
}

interface Entry {
  readonly value: string;
  readonly name: string;
  readonly tone: string;
  readonly n: number;
}

/** What is allowed makes no event as a rule, and then its key would only raise questions. */
function outcomeEntries({ byOutcome }: Counts): readonly Entry[] {
  const shown = OUTCOMES.filter((outcome) => outcome !== 'allow' || byOutcome.has('allow'));
  return shown.map((value) => ({
    value,
    name: OUTCOME_NAMES[value] ?? value,
    tone: value,
    n: byOutcome.get(value) ?? 0,
  }));
}

function categoryEntries({ byCategory }: Counts): readonly Entry[] {
  return [...byCategory]
    .toSorted((a, b) => b[1] - a[1])
    .map(([value, n]) => ({ value, name: categoryName(value), tone: categoryTone(value), n }));
}
