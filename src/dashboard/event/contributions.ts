import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';

/** What the model was given, and what each input added to its score, the most first; nothing for events without a model's word. */
export function describeContributions({
  features = {},
  contributions = {},
  layers,
}: NumberedEvent): readonly HTMLElement[] {
  const rows = Object.entries(contributions).toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (rows.length === 0 || layers === undefined) return [];
  const most = Math.max(...rows.map(([, value]) => Math.abs(value)));
  const list = rows.map(([name, value]) =>
    element(
      'li',
      {},
      element('span', {}, name.replaceAll('_', ' ')),
      element('meter', { min: '0', max: String(most), value: String(Math.abs(value)), 'aria-hidden': 'true' }),
      element('b', {}, `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`),
      element('small', {}, `input ${(Object.entries(features).find(([key]) => key === name)?.[1] ?? 0).toFixed(2)}`),
    ),
  );
  const title = `What made the model's ${layers.model.toFixed(3)}, from ${layers.base.toFixed(3)} for an empty request`;
  return [element('section', { class: 'contributions' }, element('h3', {}, title), element('ul', {}, ...list))];
}
