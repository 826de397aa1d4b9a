import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { drawerActs, type DrawerActs } from '../../event/drawer-acts.ts';
import { drawerContent } from '../../event/drawer-content.ts';
import { Drawer } from '../../event/drawer.ts';
import { findRequest, obtainEvent, type Obtained } from '../../event/obtain-event.ts';
import { Standing } from '../../event/standing.ts';
import { placeOf } from '../../shell/place.ts';
import type { ViewContext } from '../../shell/view.ts';

const ASKING = 'Asking the shield for this event…';
const GONE = 'The shield no longer keeps this event: only the most recent ones are there.';
const UNKNOWN_REQUEST =
  'The shield keeps no event of this request: it passed, or it came too long ago, for only the most recent ones are there.';

/** What the open event asks of the view around it. */
export interface Surroundings {
  readonly context: ViewContext;
  /** Another event is open now, or none. */
  readonly changed: (n: number | null) => void;
  /** Asked to be closed, from within the drawer. */
  readonly close: () => void;
  readonly step: (by: 1 | -1) => void;
  /** What stands below an event's evidence. */
  readonly below: (event: NumberedEvent) => HTMLElement;
}

/** The event that is open in the drawer. It stays as it is, whatever streams in, until another is opened. */
export class OpenedEvent {
  readonly #around: Surroundings;
  readonly #drawer: Drawer;
  #n: number | null = null;
  /** Counts what was asked for: an answer that comes after a later question shows nothing. */
  #asked = 0;
  #acts: DrawerActs | null = null;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#drawer = new Drawer({
      closed: around.close,
      step: around.step,
      back: () => this.#acts?.back() ?? false,
      copyLink: () => this.#copyLink(),
    });
  }

  get isOpen(): boolean {
    return this.#drawer.isOpen;
  }

  /** Its number; null when none is open, or none was found. */
  get n(): number | null {
    return this.#n;
  }

  get hasFocus(): boolean {
    return this.#drawer.hasFocus;
  }

  /** Opens an event; `focus`: and goes there, rather than leaving the focus in the list. */
  async open(n: number, focus: boolean): Promise<void> {
    this.#n = n;
    this.#around.changed(n);
    const { ledger } = this.#around.context;
    // What has the focus may go with the event before.
    const inside = this.#drawer.hasFocus;
    const settle = () => {
      if (focus || (inside && !this.#drawer.hasFocus)) this.#drawer.focus();
    };
    const asked = ++this.#asked;
    if (!ledger.events.some((event) => event.n === n)) {
      this.#say(`Event ${n}`, ASKING);
      settle();
    }
    const obtained = await obtainEvent(n, ledger.events);
    if (this.#asked !== asked) return;
    if (obtained.kind === 'found') this.#show(obtained.event);
    else this.#say(`Event ${n}`, sayMissing(obtained.kind, GONE));
    settle();
  }

  /** Opens the event of a request, by the id that its sender was told. */
  async find(id: string): Promise<void> {
    const { context, changed } = this.#around;
    const asked = ++this.#asked;
    this.#n = null;
    changed(null);
    this.#say(`Request ${id}`, ASKING);
    this.#drawer.focus();
    const obtained = await findRequest(id, context.ledger.events);
    if (this.#asked !== asked) return;
    if (obtained.kind !== 'found') return this.#say(`Request ${id}`, sayMissing(obtained.kind, UNKNOWN_REQUEST));
    this.#n = obtained.event.n;
    changed(this.#n);
    this.#show(obtained.event);
  }

  /** Opens the choice of whom to block. */
  block(): void {
    this.#acts?.block();
  }

  close(): void {
    this.#asked += 1;
    this.#n = null;
    this.#acts = null;
    this.#drawer.close();
    this.#around.changed(null);
  }

  /** Takes the drawer down with the view. */
  dispose(): void {
    this.#drawer.close();
  }

  #show(event: NumberedEvent): void {
    const { context, below } = this.#around;
    const standing = event.client === undefined ? null : new Standing(event.client);
    const acts = drawerActs(event, standing, context.toast);
    const content = drawerContent(event, this.#drawer.title, standing, context.toast);
    this.#acts = acts;
    this.#drawer.show(`Event ${event.n}`, [...content, below(event)], [acts.node]);
    void standing?.refresh();
  }

  #say(what: string, text: string): void {
    const { title } = this.#drawer;
    title.textContent = what;
    this.#acts = null;
    this.#drawer.show('', [title, element('p', { class: 'empty', role: 'status' }, text)], []);
  }

  #copyLink(): void {
    const { toast } = this.#around.context;
    const address = `${location.origin}${placeOf('traffic', { event: String(this.#n) })}`;
    navigator.clipboard.writeText(address).then(
      () => toast('The link is on the clipboard.'),
      () => toast(address),
    );
  }
}

function sayMissing(kind: Exclude<Obtained['kind'], 'found'>, gone: string): string {
  if (kind === 'gone') return gone;
  if (kind === 'refused') return 'Sign in again to see this event.';
  return 'The shield does not answer; load the page again to see this event.';
}
