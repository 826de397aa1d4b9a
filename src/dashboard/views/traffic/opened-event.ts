import type { NumberedEvent } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import { drawerActs, type DrawerActs } from '../../event/drawer-acts.ts';
import { drawerContent } from '../../event/drawer-content.ts';
import { Drawer } from '../../event/drawer.ts';
import { obtainEvent, type Obtained } from '../../event/obtain-event.ts';
import { Standing } from '../../event/standing.ts';
import { placeOf } from '../../shell/place.ts';
import type { ViewContext } from '../../shell/view.ts';

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

  /** Its number; null when none is open. */
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
    if (!ledger.events.some((event) => event.n === n)) {
      this.#say(n, 'Asking the shield for this event…');
      settle();
    }
    const obtained = await obtainEvent(n, ledger.events);
    if (this.#n !== n) return;
    this.#show(n, obtained);
    settle();
  }

  /** Opens the choice of whom to block. */
  block(): void {
    this.#acts?.block();
  }

  close(): void {
    if (this.#n === null) return;
    this.#n = null;
    this.#acts = null;
    this.#drawer.close();
    this.#around.changed(null);
  }

  /** Takes the drawer down with the view. */
  dispose(): void {
    this.#drawer.close();
  }

  #show(n: number, obtained: Obtained): void {
    const { context, below } = this.#around;
    if (obtained.kind !== 'found') {
      this.#say(n, sayMissing(obtained.kind));
      return;
    }
    const { event } = obtained;
    const standing = event.client === undefined ? null : new Standing(event.client);
    const acts = drawerActs(event, standing, context.toast);
    const content = drawerContent(event, this.#drawer.title, standing, context.toast);
    this.#acts = acts;
    this.#drawer.show(`Event ${n}`, [...content, below(event)], [acts.node]);
    void standing?.refresh();
  }

  #say(n: number, text: string): void {
    const { title } = this.#drawer;
    title.textContent = `Event ${n}`;
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

function sayMissing(kind: 'gone' | 'silent' | 'refused'): string {
  if (kind === 'gone') return 'The shield no longer keeps this event: only the most recent ones are there.';
  if (kind === 'refused') return 'Sign in again to see this event.';
  return 'The shield does not answer; load the page again to see this event.';
}
