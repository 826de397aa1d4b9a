import type { Route } from '../../../edge/policy.ts';
import { element } from '../../dom.ts';
import { button, cautiousButton } from '../../controls/button.ts';
import { field, select } from '../../controls/field.ts';

export const NEW_ROUTE: Route = {
  id: '',
  path: '/',
  limit: 60,
  windowSeconds: 60,
  fail: 'open',
  overlap: false,
  durable: false,
  shards: 1,
};

interface RouteFormOptions {
  readonly route: Route;
  readonly isNew: boolean;
  /** The route as it is to be; null: gone. */
  readonly done: (route: Route | null) => void;
  readonly cancel: () => void;
}

/** All of a route, with what each part is for. The control plane checks it. */
export function routeForm({ route, isNew, done, cancel }: RouteFormOptions): HTMLElement {
  const id = text(route.id, 'checkout');
  id.readOnly = !isNew;
  const path = text(route.path, '/checkout');
  const host = text(route.host ?? '', 'every host');
  const limit = number(route.limit, 1_000_000);
  const windowSeconds = number(route.windowSeconds, 3600);
  const shards = number(route.shards, 64);
  let fail = route.fail;
  const failing = select(
    'When its actor does not answer',
    [
      ['open', 'let requests pass'],
      ['closed', 'refuse requests'],
    ],
    route.fail,
    (value) => {
      fail = value === 'closed' ? 'closed' : 'open';
    },
  );
  const [durable, durableField] = check('Count survives a crash (sign-in pages)', route.durable);
  const [overlap, overlapField] = check('Ask the origin while the count is looked up', route.overlap);
  const read = (): Route => {
    const { host: _, ...rest } = route;
    const named = host.value.trim();
    return {
      ...rest,
      id: id.value.trim(),
      path: path.value.trim(),
      ...(named !== '' && { host: named }),
      limit: limit.valueAsNumber,
      windowSeconds: windowSeconds.valueAsNumber,
      shards: shards.valueAsNumber,
      fail,
      durable: durable.checked,
      overlap: overlap.checked,
    };
  };
  return element(
    'div',
    { class: 'route-form' },
    field('Name', id),
    field('Path begins with', path),
    field('Host', host),
    field('Requests', limit),
    field('in seconds', windowSeconds),
    field('Guardians', shards),
    field('When its actor does not answer', failing),
    durableField,
    overlapField,
    element(
      'div',
      { class: 'acts' },
      button(isNew ? 'Add' : 'Keep', () => done(read()), 'primary'),
      button('Cancel', cancel),
      ...(isNew || route.path === '/'
        ? []
        : [cautiousButton('Remove', 'Press again to remove', () => Promise.resolve(done(null)))]),
    ),
  );
}

function check(label: string, on: boolean): readonly [HTMLInputElement, HTMLElement] {
  const box = element('input', { type: 'checkbox' });
  box.checked = on;
  return [box, element('label', { class: 'tick' }, box, label)];
}

function text(value: string, hint: string): HTMLInputElement {
  return element('input', { type: 'text', value, placeholder: hint, spellcheck: 'false', autocomplete: 'off' });
}

function number(value: number, most: number): HTMLInputElement {
  return element('input', { type: 'number', value: String(value), min: '1', max: String(most), step: '1' });
}
