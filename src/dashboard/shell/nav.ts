import { byId, element } from '../dom.ts';
import { VIEWS } from '../views.ts';
import { placeOf } from './place.ts';

/** Links to all views; the page at `/status` is the enforcement view under the address that people were given. `current`: the view's id. */
export function drawNav(current: string): void {
  const links = VIEWS.map(({ id, title }) =>
    element('a', { href: placeOf(id), ...(id === current && { 'aria-current': 'page' }), 'data-view': id }, title),
  );
  byId('pages').replaceChildren(...links);
  // A narrow screen shows some of them: also the one that is open, or it would not say where one is.
  links.find((link) => link.ariaCurrent === 'page')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}
