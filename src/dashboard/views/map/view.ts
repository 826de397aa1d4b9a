import { element } from '../../dom.ts';
import { loadWorld } from '../../geo/load-world.ts';
import { MapPanel } from '../../geo/map-panel.ts';
import { sightingOf, type Sighting } from '../../geo/sighting.ts';
import type { View, ViewContext } from '../../shell/view.ts';

/** The live threat map of the events that the page has. */
export const mapView: View = { id: 'map', title: 'Map', mount };

function mount(root: HTMLElement, { ledger, navigate }: ViewContext): () => void {
  const note = element('p', { class: 'empty', role: 'status' }, 'Loading the map…');
  root.append(element('h1', { class: 'sr-only' }, 'Live threat map'), note);
  let panel: MapPanel | null = null;
  let gone = false;

  const draw = () => {
    const sightings = ledger.events.map(sightingOf).filter((sighting): sighting is Sighting => sighting !== null);
    panel?.update(sightings, new Map(Object.entries(ledger.stats.byCountry)));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'p' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    panel?.pause(!panel.paused);
  };

  const open = async () => {
    const world = await loadWorld();
    if (gone) return;
    if (world === null) {
      note.textContent = 'The map could not be loaded. Is the shield there? Reload the page.';
      return;
    }
    note.remove();
    panel = new MapPanel(root, world, {
      audience: 'operator',
      chooseCountry: (country) => navigate('traffic', { country }),
    });
    draw();
  };

  void open();
  const unsubscribe = ledger.subscribe(draw);
  document.addEventListener('keydown', onKey);
  return () => {
    gone = true;
    unsubscribe();
    document.removeEventListener('keydown', onKey);
    panel?.close();
  };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
