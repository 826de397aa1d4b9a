import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { inputLabel } from './input-words.ts';
import { drawerSection } from './section.ts';

/** What each input added to the model's score or took from it, the most first; nothing for events without a model's word. */
export function describeContributions({
  features = {},
  contributions = {},
  layers,
}: NumberedEvent): readonly HTMLElement[] {
  const rows = Object.entries(contributions).toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (rows.length === 0 || layers === undefined) return [];
  const most = Math.max(...rows.map(([, value]) => Math.abs(value)));
  const inputs = new Map<string, number>(Object.entries(features));
  const list = rows.map(([name, value]) => {
    const bar = element('span', { class: 'signed', 'aria-hidden': 'true' }, element('i', {}));
    bar.style.setProperty('--share', String(Math.abs(value) / most));
    return element(
      'li',
      { 'data-sign': value < 0 ? 'less' : 'more' },
      element('span', { class: 'input-name' }, inputLabel(name)),
      bar,
      element('b', {}, `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`),
      element('small', {}, `input ${(inputs.get(name) ?? 0).toFixed(2)}`),
    );
  });
  return [
    drawerSection(
      'contributions',
      'What made the model’s score',
      element(
        'p',
        { class: 'hint' },
        'An empty request scores ',
        element('b', {}, layers.base.toFixed(3)),
        ', this one ',
        element('b', {}, layers.model.toFixed(3)),
        '. Between them lies what each input added or took away.',
      ),
      element('ul', {}, ...list),
    ),
  ];
}
