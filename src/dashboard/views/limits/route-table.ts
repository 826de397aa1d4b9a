import type { Route } from '../../../edge/policy.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { button } from '../../controls/button.ts';
import { moment } from '../../status/moment.ts';
import { cell } from '../../status/table.ts';
import type { RouteRow } from './route-rows.ts';

const COLUMNS = ['Route', 'Limit', 'Now', 'Requests', 'Refusals', 'Refused clients', 'If its actor fails', ''] as const;

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

export interface RouteActions {
  /** Requests a minute at the moment; null: not known yet. */
  readonly pace: (id: string) => number | null;
  readonly pending: (id: string) => Route | null | undefined;
  readonly edit: (route: Route) => void;
  readonly showRefusals: (ip: string) => void;
}

/** The routes in force, each with its limit and how hard it is pressed. */
export function routeTable(rows: readonly RouteRow[], actions: RouteActions): HTMLElement {
  const head = COLUMNS.map((name) =>
    name === '' ? element('td', {}) : element('th', { scope: 'col', 'data-column': name }, name),
  );
  return element(
    'table',
    { class: 'routes', 'aria-label': 'Routes and their limits' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows.map((row) => routeRow(row, actions))),
  );
}

function routeRow(row: RouteRow, actions: RouteActions): HTMLElement {
  const { route: inForce, requests, refused } = row;
  const pending = actions.pending(inForce.id);
  const route = pending ?? inForce;
  const pace = actions.pace(route.id);
  const clients = refused.map(({ ip, last }) =>
    element(
      'li',
      {},
      button(ip, () => actions.showRefusals(ip), 'link'),
      ' ',
      moment(last, ''),
    ),
  );
  return element(
    'tr',
    { 'data-pending': String(pending !== undefined), 'data-gone': String(pending === null) },
    element(
      'th',
      { scope: 'row', 'data-column': 'Route' },
      element('b', {}, route.id),
      element('code', {}, `${route.host ?? ''}${route.path}`),
    ),
    cell('Limit', sayLimit(route), ...(route.durable ? [element('small', {}, 'survives a crash')] : [])),
    cell('Now', pace === null ? element('span', { class: 'faint' }, '–') : `${count.format(Math.round(pace))}/min`),
    cell('Requests', count.format(requests)),
    cell('Refusals', ...sayRefusals(row)),
    cell(
      'Refused clients',
      clients.length === 0 ? element('span', { class: 'faint' }, 'none lately') : element('ul', {}, ...clients),
    ),
    cell('If its actor fails', route.fail === 'open' ? 'requests pass' : 'requests are refused'),
    cell('', editButton(route, actions)),
  );
}

/** Over the limit first: that is what this view is about; what rules and lists refused may explain a route that is asked much. */
function sayRefusals({ requests, limited, stopped }: RouteRow): readonly (Node | string)[] {
  if (limited === null || stopped === null) return [element('span', { class: 'faint' }, 'not counted')];
  const share = requests === 0 || limited === 0 ? '' : ` (${percent.format(limited / requests)})`;
  return [
    `${count.format(limited)} over the limit${share}`,
    ...(stopped === 0 ? [] : [element('small', {}, `${count.format(stopped)} by rules, lists or score`)]),
  ];
}

function editButton(route: Route, actions: RouteActions): HTMLElement {
  const node = button('Edit', () => actions.edit(route));
  node.dataset['route'] = route.id;
  node.setAttribute('aria-label', `Edit ${route.id}`);
  return node;
}

export function sayLimit({ limit, windowSeconds }: Route): string {
  const window =
    windowSeconds === 1 ? 'second' : windowSeconds === 60 ? 'minute' : windowSeconds === 3600 ? 'hour' : null;
  return `${count.format(limit)} per ${window ?? `${count.format(windowSeconds)} s`}`;
}
