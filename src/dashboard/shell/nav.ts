import { byId, element } from '../dom.ts';
import { VIEWS } from '../views.ts';
import { placeOf } from './place.ts';

/** Links to all views, and to the enforcement page, which has an address of its own. `current`: the view's id, or `status`. */
export function drawNav(current: string): void {
  const links = [
    ...VIEWS.map(({ id, title }) => ({ id, title, to: placeOf(id) })),
    { id: 'status', title: 'Enforcement', to: '/status' },
  ];
  byId('pages').replaceChildren(
    ...links.map(({ id, title, to }) =>
      element(
        'a',
        { href: to, ...(id === current && { 'aria-current': 'page' }), ...(id !== 'status' && { 'data-view': id }) },
        title,
      ),
    ),
  );
}
