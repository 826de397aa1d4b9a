import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { layerSteps, type LayerStep } from './layer-steps.ts';
import { drawerSection } from './section.ts';

/** Each layer in the order in which it is asked, with what it made of the request, and which one decided. */
export function describeLayers(event: NumberedEvent): readonly HTMLElement[] {
  const steps = layerSteps(event);
  if (steps.length === 0) return [];
  const { layers } = event;
  const scale =
    layers === undefined
      ? ''
      : `The marks on the model’s bar: logged from ${layers.thresholds.log}, challenged from ${layers.thresholds.challenge}, blocked from ${layers.thresholds.block}.`;
  return [
    drawerSection(
      'layers',
      'Layers, in the order they are asked',
      element('ol', { class: 'layer-steps', 'data-outcome': event.outcome }, ...steps.map(draw)),
      ...(scale === '' ? [] : [element('p', { class: 'hint' }, scale)]),
    ),
  ];
}

function draw({ name, said, decided, share, marks }: LayerStep): HTMLElement {
  const bar = element('span', { class: 'measure', 'aria-hidden': 'true' });
  if (share !== null) {
    bar.style.setProperty('--share', String(Math.max(0, Math.min(1, share))));
    bar.append(element('i', {}));
    for (const mark of marks) {
      const tick = element('u', {});
      tick.style.setProperty('--at', String(mark));
      bar.append(tick);
    }
  }
  return element(
    'li',
    { ...(decided && { 'data-decided': '' }), ...(share === null && { 'data-plain': '' }) },
    element('span', { class: 'layer-name' }, name, ...(decided ? [element('b', { class: 'decided' }, 'decided')] : [])),
    bar,
    element('span', { class: 'layer-said' }, said),
  );
}
