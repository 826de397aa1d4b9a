import { count } from '../count.ts';
import { element } from '../dom.ts';
import { countryName, UNKNOWN_COUNTRY } from './country-name.ts';
import { sayCategories, sayDone, sayPlace } from './describe.ts';
import { KeyedRows, type Row } from './keyed-rows.ts';
import type { Counts, Tally } from './tally.ts';

/** What one takes in at a glance; a button shows the rest. */
const SHORT = 8;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hour12: false });

export interface MapTablesOptions {
  /** The public map knows neither requests by country nor data centres. */
  readonly audience: 'operator' | 'public';
  readonly chooseCountry?: ((code: string) => void) | undefined;
}

/** All that the map says, in two tables: for those who do not see it, and for exact figures. */
export class MapTables {
  readonly node: HTMLElement;
  readonly #options: MapTablesOptions;
  readonly #countries: Section;
  readonly #places: Section;

  constructor(options: MapTablesOptions) {
    this.#options = options;
    const operator = options.audience === 'operator';
    const requests = operator ? ['Requests in all'] : [];
    this.#countries = new Section('Countries', ['Country', 'Events', 'What was done', 'Mostly', ...requests]);
    this.#places = new Section('Places', [
      'Place',
      'Events',
      'What was done',
      'Mostly',
      ...(operator ? ['Data centre'] : []),
      'Last',
    ]);
    this.node = element('div', { class: 'geo-tables' }, this.#countries.node, this.#places.node);
  }

  draw(tally: Tally, requests: ReadonlyMap<string, number>): void {
    this.#countries.draw(this.#countryRows(tally, requests));
    const places = tally.places.map((place): Row => {
      const { latitude, longitude } = place.position;
      const colos = this.#options.audience === 'operator' ? [[...place.colos].join(', ')] : [];
      return {
        key: `${latitude} ${longitude}`,
        cells: [sayPlace(place), ...figures(place), ...colos, clock.format(place.last)],
        ...this.#choosing(place.country),
      };
    });
    if (tally.unplaced > 0) {
      places.push({ key: 'nowhere', cells: ['Without coordinates', count.format(tally.unplaced)] });
    }
    this.#places.draw(places);
  }

  /** Leads to the country's events, where there is one and somebody to lead. */
  #choosing(code: string | null): Pick<Row, 'choose'> {
    const { chooseCountry } = this.#options;
    if (chooseCountry === undefined || code === null || code === UNKNOWN_COUNTRY) return {};
    return { choose: () => chooseCountry(code) };
  }

  #countryRows(tally: Tally, requests: ReadonlyMap<string, number>): readonly Row[] {
    const shown = this.#options.audience === 'operator';
    const rows = tally.countries.map((country): Row => {
      const { code } = country;
      const known = requests.get(code);
      // Totals come later than events.
      const asked = shown ? [known === undefined ? '' : count.format(known)] : [];
      return { key: code, cells: [countryName(code), ...figures(country), ...asked], ...this.#choosing(code) };
    });
    if (tally.stateless > 0) {
      const blank = shown ? ['', '', ''] : ['', ''];
      rows.push({ key: '', cells: ['Without a country', count.format(tally.stateless), ...blank] });
    }
    if (!shown) return rows;
    // A country that sent nothing bad is shaded too, when the shades are of requests.
    const listed = new Set(tally.countries.map(({ code }) => code));
    const quiet = [...requests].filter(([code]) => !listed.has(code)).toSorted((a, b) => b[1] - a[1]);
    return [
      ...rows,
      ...quiet.map(([code, n]) => ({
        key: code,
        cells: [countryName(code), '0', '', '', count.format(n)],
        ...this.#choosing(code),
      })),
    ];
  }
}

class Section {
  readonly node: HTMLElement;
  readonly #table: KeyedRows;
  readonly #more = element('button', { type: 'button', class: 'geo-more', hidden: '' });
  #rows: readonly Row[] = [];
  #open = false;

  constructor(label: string, columns: readonly string[]) {
    this.#table = new KeyedRows(label, columns);
    this.#more.addEventListener('click', () => {
      this.#open = !this.#open;
      this.draw(this.#rows);
    });
    this.node = element('section', { class: 'card geo-section' }, this.#table.node, this.#more);
  }

  draw(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#table.draw(this.#open ? rows : rows.slice(0, SHORT));
    this.#more.hidden = rows.length <= SHORT;
    this.#more.textContent = this.#open ? 'Show fewer' : `Show all ${count.format(rows.length)}`;
    this.node.hidden = rows.length === 0;
  }
}

function figures(counts: Counts): readonly string[] {
  return [count.format(counts.total), sayDone(counts), sayCategories(counts)];
}
