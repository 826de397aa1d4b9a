import { element } from '../dom.ts';

/** What went wrong, or is missing, in words. */
export function notice(text: string, tone: 'problem' | 'hint' | 'good' = 'hint'): HTMLElement {
  return element('p', { class: `say ${tone}`, ...(tone === 'problem' && { role: 'alert' }) }, text);
}
