import { categoryTone } from '../category-names.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { choice } from './choice.ts';
import { countryName } from './country-name.ts';
import { sayCategories, sayDone, sayPlace } from './describe.ts';
import { MapKey } from './map-key.ts';
import { MapTables } from './map-tables.ts';
import { sayNowhere } from './nowhere.ts';
import type { Sighting } from './sighting.ts';
import { mainCategory, tallySightings, worstOutcome, type Counts, type Tally } from './tally.ts';
import { ThreatMap, type MapLook, type World } from './threat-map.ts';
import { watchTheme } from './tones.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', hour12: false });

/** What the colours tell and what the shades count. */
export interface MapChoice {
  readonly colours: 'outcome' | 'category';
  readonly shades: 'events' | 'requests';
}

export interface MapPanelOptions {
  /** The public map knows neither requests by country nor data centres. */
  readonly audience: 'operator' | 'public';
  readonly chooseCountry?: (code: string) => void;
  /** How it looks at first, and who is told when the reader wants it otherwise. */
  readonly look?: MapChoice;
  readonly chosen?: (look: MapChoice) => void;
  /** What stands below the words of a map that has nothing to show yet. */
  readonly whenEmpty?: HTMLElement;
}

/** The live map with its key, its switches and its tables. `update` gives it what there is; the rest it does itself. */
export class MapPanel {
  readonly node: HTMLElement;
  readonly #options: MapPanelOptions;
  readonly #map: ThreatMap;
  readonly #key = new MapKey(() => this.#redraw(true));
  readonly #tables: MapTables;
  readonly #summary = element('p', { class: 'geo-summary' });
  readonly #nowhereText = element('p', {});
  readonly #nowhere = element('div', { class: 'geo-nowhere', hidden: '' }, this.#nowhereText);
  readonly #pause = element('button', { type: 'button', class: 'geo-pause', 'aria-pressed': 'false' }, 'Pause');
  readonly #motion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #closing: (() => void)[] = [];
  #colours: MapChoice['colours'];
  #shades: MapChoice['shades'];
  /** Newest first, as they came and as they are shown: the same, but for a pause. */
  #latest: readonly Sighting[] = [];
  #shown: readonly Sighting[] = [];
  #requests: ReadonlyMap<string, number> = new Map();
  #tally: Tally = tallySightings([]);
  #last: number | null = null;
  #paused = false;

  /** `root` is in the page already: the map asks for its size. */
  constructor(root: HTMLElement, world: World, options: MapPanelOptions) {
    this.#options = options;
    this.#colours = options.look?.colours ?? 'outcome';
    this.#shades = options.look?.shades ?? 'events';
    this.#tables = new MapTables(options);
    const operator = options.audience === 'operator';
    const stage = element('div', {
      class: 'geo-stage',
      role: 'group',
      'aria-label': 'World map; the tables below say the same',
    });
    const foot = element('div', { class: 'geo-foot' }, this.#summary, scaleKey(operator), this.#zoomButtons());
    this.node = element(
      'div',
      { class: 'geo-panel' },
      element('div', { class: 'geo-bar' }, this.#key.node, this.#switches()),
      element('div', { class: 'card geo-frame' }, stage, this.#nowhere, foot),
      this.#tables.node,
    );
    if (options.whenEmpty !== undefined) this.#nowhere.append(options.whenEmpty);
    root.append(this.node);
    this.#map = new ThreatMap(stage, world, this.#look());
    this.#map.still = this.#motion.matches;
    const follow = () => (this.#map.still = this.#motion.matches);
    this.#motion.addEventListener('change', follow);
    this.#closing.push(
      watchTheme(() => this.#map.repaint()),
      () => this.#motion.removeEventListener('change', follow),
    );
    this.#pause.addEventListener('click', () => this.pause(!this.#paused));
  }

  /** `sightings` newest first. */
  update(sightings: readonly Sighting[], requests: ReadonlyMap<string, number>): void {
    this.#latest = sightings;
    this.#requests = requests;
    if (this.#paused) return this.#drawPause();
    const last = this.#last;
    const newest = sightings[0]?.n ?? 0;
    // A log that begins again numbers from the start: nothing of it was ever shown.
    const again = last === null || newest < last;
    const fresh = again ? [] : sightings.filter((sighting) => sighting.n > last).toReversed();
    this.#shown = sightings;
    this.#last = newest;
    this.#redraw(again);
    if (fresh.length > 0) {
      this.#map.fly(
        fresh.filter((sighting) => this.#shows(sighting)),
        (sighting) => this.#toneOfSighting(sighting),
      );
    }
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#pause.setAttribute('aria-pressed', String(paused));
    this.#drawPause();
    if (!paused) this.update(this.#latest, this.#requests);
  }

  get paused(): boolean {
    return this.#paused;
  }

  close(): void {
    for (const end of this.#closing) end();
    this.#map.close();
    this.node.remove();
  }

  #drawPause(): void {
    const last = this.#last ?? 0;
    const waiting = this.#paused ? this.#latest.filter((sighting) => sighting.n > last).length : 0;
    this.#pause.textContent = this.#paused ? `Resume${waiting > 0 ? ` · ${count.format(waiting)} new` : ''}` : 'Pause';
  }

  /** `rest`: the arcs at rest are others now. */
  #redraw(rest: boolean): void {
    const visible = this.#shown.filter((sighting) => this.#shows(sighting));
    this.#tally = tallySightings(visible);
    this.#key.draw(this.#colours, tallySightings(this.#shown).all);
    this.#map.draw(this.#tally, this.#look());
    if (rest) this.#map.rest(visible.slice(0, 50).toReversed(), (sighting) => this.#toneOfSighting(sighting));
    this.#tables.draw(this.#tally, this.#requests);
    const first = this.#shown.at(-1);
    const { all, unplaced } = this.#tally;
    this.#summary.textContent =
      first === undefined
        ? ''
        : `${count.format(all.total)} ${all.total === 1 ? 'event' : 'events'} since ${clock.format(first.at)}` +
          (unplaced > 0 ? ` · ${count.format(unplaced)} without a place` : '');
    // What the reader has hidden is no reason to explain.
    const nowhere = this.#shown.length > 0 && all.total === 0 ? '' : sayNowhere(all.total, unplaced);
    this.#nowhere.hidden = nowhere === '';
    if (this.#nowhereText.textContent !== nowhere) this.#nowhereText.textContent = nowhere;
    if (this.#options.whenEmpty !== undefined) this.#options.whenEmpty.hidden = this.#shown.length > 0;
  }

  #shows({ outcome, category }: Sighting): boolean {
    return this.#key.shows('outcome', outcome) && this.#key.shows('category', category ?? '');
  }

  #toneOfSighting({ outcome, category }: Sighting): string {
    return this.#colours === 'outcome' ? outcome : categoryTone(category ?? '');
  }

  #toneOf(counts: Counts): string {
    return this.#colours === 'outcome' ? worstOutcome(counts) : categoryTone(mainCategory(counts));
  }

  #look(): MapLook {
    const events = new Map(this.#tally.countries.map(({ code, total }) => [code, total]));
    return {
      choose: this.#options.chooseCountry,
      toneOf: (counts) => this.#toneOf(counts),
      weights: this.#shades === 'events' ? events : this.#requests,
      describePlace: ({ places, counts }) => {
        const [place] = places;
        const others = places.length - 1;
        const name = place === undefined ? '' : sayPlace(place);
        return tip(others > 0 ? `${name} and ${others} more` : name, sayDone(counts), sayCategories(counts));
      },
      describeCountry: (code, name) => {
        const country = this.#tally.countries.find((country) => country.code === code);
        const requests = code === null ? 0 : (this.#requests.get(code) ?? 0);
        const asked =
          this.#options.audience === 'operator' && requests > 0 ? `${count.format(requests)} requests in all` : '';
        return tip(
          code === null ? name : countryName(code),
          country === undefined ? 'No events' : sayDone(country),
          asked,
        );
      },
    };
  }

  #switches(): HTMLElement {
    const colours = choice(
      'Colour',
      [['outcome', 'Decision'] as const, ['category', 'Category'] as const],
      this.#colours,
      (value) => {
        this.#colours = value;
        this.#tellChoice();
        this.#redraw(true);
      },
    );
    const shades = choice(
      'Shade',
      [['events', 'Events'] as const, ['requests', 'Requests'] as const],
      this.#shades,
      (value) => {
        this.#shades = value;
        this.#tellChoice();
        this.#redraw(false);
      },
    );
    const parts = this.#options.audience === 'operator' ? [colours, shades] : [colours];
    return element('div', { class: 'geo-switches' }, ...parts, this.#pause);
  }

  #tellChoice(): void {
    this.#options.chosen?.({ colours: this.#colours, shades: this.#shades });
  }

  #zoomButtons(): HTMLElement {
    return element(
      'div',
      { class: 'geo-zoom', role: 'group', 'aria-label': 'Zoom' },
      iconButton('Zoom in', '+', () => this.#map.zoom(1)),
      iconButton('Zoom out', '−', () => this.#map.zoom(-1)),
      iconButton('Whole world', '⤢', () => this.#map.showWorld()),
    );
  }
}

function tip(name: string, ...lines: readonly string[]): HTMLElement {
  const parts = lines.filter((line) => line !== '').map((line) => element('span', {}, line));
  return element('div', { class: 'geo-tip' }, element('b', {}, name), ...parts);
}

function iconButton(label: string, icon: string, act: () => void): HTMLElement {
  const node = element('button', { type: 'button', 'aria-label': label, title: label }, icon);
  node.addEventListener('click', act);
  return node;
}

/** What the shades mean and, where there are arcs, their ends. */
function scaleKey(arcs: boolean): HTMLElement {
  const steps = ['1', '2', '3', '4', '5'].map((shade) => element('i', { 'data-shade': shade }));
  return element(
    'p',
    { class: 'geo-scale' },
    'fewer',
    element('span', { 'aria-hidden': 'true' }, ...steps),
    'more',
    ...(arcs ? [element('i', { class: 'colo', 'aria-hidden': 'true' }), 'data centre'] : []),
  );
}
