const SVG = 'http://www.w3.org/2000/svg';
/** A sliver that is there must be seen. */
const LEAST = 0.75;

/** A bar of `own` and `foreign` out of `cap`. An SVG, since the page's policy lets no style be set in markup. */
export function capBar(own: number, foreign: number, cap: number, label: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {
    viewBox: '0 0 100 1',
    preserveAspectRatio: 'none',
    class: 'cap-bar',
    role: 'img',
    'aria-label': label,
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  let x = 0;
  for (const [part, items] of [['own', own] as const, ['foreign', foreign] as const]) {
    if (items <= 0 || cap <= 0) continue;
    const width = Math.min(100 - x, Math.max(LEAST, (items / cap) * 100));
    const rect = document.createElementNS(SVG, 'rect');
    const box = { x, y: 0, width, height: 1, class: part };
    for (const [name, value] of Object.entries(box)) rect.setAttribute(name, String(value));
    svg.append(rect);
    x += width;
  }
  return svg;
}
