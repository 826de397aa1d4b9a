/** Resolves the page's colours for a canvas, which knows no custom properties. One element is the probe for all. */
export class Tones {
  readonly #probe: HTMLElement;
  readonly #known = new Map<string, string>();

  /** `within` is in the page and stays there while the tones are asked for. */
  constructor(within: HTMLElement) {
    this.#probe = document.createElement('span');
    this.#probe.hidden = true;
    within.append(this.#probe);
  }

  /** The colour of `--name` as it is now, in a form that a canvas takes. */
  of(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#probe.style.color = `var(--${name})`;
    const tone = getComputedStyle(this.#probe).color;
    this.#known.set(name, tone);
    return tone;
  }

  /** After a change of theme. */
  forget(): void {
    this.#known.clear();
  }
}

/** Calls back when the page turns dark or light: by the system or by the page's own switch. */
export function watchTheme(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  const own = new MutationObserver(changed);
  own.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme', 'style'] });
  return () => {
    system.removeEventListener('change', changed);
    own.disconnect();
  };
}
