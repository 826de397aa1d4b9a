import { byId, element } from '../dom.ts';

/** Under this width there is no room beside the list: the drawer is a sheet over the whole page. As in `drawer.css`. */
const NARROW = '(width < 60rem)';

/** What the drawer asks of the view. */
export interface DrawerCalls {
  /** Closed by its button or by Escape. */
  readonly closed: () => void;
  readonly step: (by: 1 | -1) => void;
  /** Escape within; true where something smaller than the drawer was closed by it. */
  readonly back: () => boolean;
  readonly copyLink: () => void;
}

/** The drawer at the side of the list, or over it where there is no room; it holds what it is given. */
export class Drawer {
  readonly #narrow = matchMedia(NARROW);
  readonly #name = element('span', { class: 'drawer-name' });
  readonly #body = element('div', { class: 'drawer-body' });
  readonly #foot = element('div', { class: 'drawer-foot' });
  readonly #node: HTMLElement;
  readonly #fit = () => this.#beSheet(this.#narrow.matches);
  /** The heading of what is open: it has the focus first. One for all events, so that the focus stays when another is opened. */
  readonly title = element('h2', { id: 'drawer-title', tabindex: '-1' });

  constructor(calls: DrawerCalls) {
    this.#node = element(
      'div',
      { id: 'drawer', class: 'drawer', 'aria-labelledby': 'drawer-title' },
      element(
        'div',
        { class: 'drawer-bar' },
        this.#name,
        iconButton('Newer event', '↑', 'k', () => calls.step(-1)),
        iconButton('Older event', '↓', 'j', () => calls.step(1)),
        textButton('Copy link', calls.copyLink),
        iconButton('Close', '×', 'Escape', calls.closed),
      ),
      this.#body,
      this.#foot,
    );
    this.#node.addEventListener('keydown', (event) => {
      // The page's own keys are not for who types; this one is.
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      if (!calls.back()) calls.closed();
    });
  }

  get isOpen(): boolean {
    return this.#node.isConnected;
  }

  get hasFocus(): boolean {
    return this.#node.contains(document.activeElement);
  }

  /** Shows `content`, from its top. */
  show(name: string, content: readonly HTMLElement[], foot: readonly HTMLElement[]): void {
    this.#name.textContent = name;
    this.#body.replaceChildren(...content);
    this.#foot.replaceChildren(...foot);
    if (!this.isOpen) {
      // Beside the view and not in it: it goes out of sight with the view when a session ends, but is no part of what a sheet covers.
      byId('view').after(this.#node);
      this.#narrow.addEventListener('change', this.#fit);
      this.#fit();
    }
    this.#body.scrollTop = 0;
  }

  focus(): void {
    this.title.focus({ preventScroll: true });
  }

  close(): void {
    this.#narrow.removeEventListener('change', this.#fit);
    this.#beSheet(false);
    this.#node.remove();
  }

  /** What a sheet covers must not be reached by keyboard behind it. */
  #beSheet(sheet: boolean): void {
    for (const covered of document.querySelectorAll('body > header, #view')) covered.toggleAttribute('inert', sheet);
    this.#node.setAttribute('role', sheet ? 'dialog' : 'region');
    if (sheet) this.#node.setAttribute('aria-modal', 'true');
    else this.#node.removeAttribute('aria-modal');
    if (sheet) this.focus();
  }
}

function iconButton(label: string, icon: string, key: string, act: () => void): HTMLElement {
  const node = element(
    'button',
    { type: 'button', class: 'ghost icon', 'aria-label': label, title: `${label} (${key})`, 'aria-keyshortcuts': key },
    icon,
  );
  node.addEventListener('click', act);
  return node;
}

function textButton(label: string, act: () => void): HTMLElement {
  const node = element('button', { type: 'button', class: 'ghost' }, label);
  node.addEventListener('click', act);
  return node;
}
