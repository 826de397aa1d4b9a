import { element } from '../../dom.ts';
import { loadWorld } from '../../geo/load-world.ts';
import { MapPanel, type MapChoice } from '../../geo/map-panel.ts';
import { sightingOf, type Sighting } from '../../geo/sighting.ts';
import { bindKeys } from '../../shell/keys.ts';
import { placeOf } from '../../shell/place.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { SAMPLE_PATH, sendSample } from '../traffic/sample.ts';

/** The live threat map of the events that the page has. */
export const mapView: View = { id: 'map', title: 'Map', mount };

function mount(root: HTMLElement, { ledger, navigate, toast }: ViewContext): () => void {
  const note = element('p', { class: 'empty', role: 'status' }, 'Loading the map…');
  root.append(element('h1', { class: 'unseen' }, 'Live threat map'), note);
  let panel: MapPanel | null = null;
  let gone = false;

  const draw = () => {
    const sightings = ledger.events.map(sightingOf).filter((sighting): sighting is Sighting => sighting !== null);
    panel?.update(sightings, new Map(Object.entries(ledger.stats.byCountry)));
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
      whenEmpty: sampleButton(toast),
      look: readLook(new URLSearchParams(location.search)),
      chosen: (look) => history.replaceState(null, '', placeOf('map', writeLook(look))),
    });
    draw();
  };

  void open();
  const unsubscribe = ledger.subscribe(draw);
  const unbind = bindKeys([
    { key: 'p', title: 'Hold the map, or let it go on', run: () => panel?.pause(!panel.paused) },
  ]);
  return () => {
    gone = true;
    unsubscribe();
    unbind();
    panel?.close();
  };
}

/** Real requests from this browser: on one's own machine they have no place, and the map says so. */
function sampleButton(toast: ViewContext['toast']): HTMLElement {
  const button = element('button', { type: 'button' }, 'Send sample attacks');
  const send = async () => {
    button.disabled = true;
    const stopped = await sendSample();
    button.disabled = false;
    if (stopped === null) toast('The shield does not answer. Is it running?', 'problem');
    else toast(`${stopped} of 3 sample attacks were stopped.`, stopped === 3 ? 'done' : 'problem');
  };
  button.addEventListener('click', () => void send());
  return element(
    'div',
    {},
    button,
    element(
      'p',
      { class: 'hint' },
      `Three real requests from this browser to ${SAMPLE_PATH}; they count against your own address.`,
    ),
  );
}

function readLook(query: URLSearchParams): MapChoice {
  return {
    colours: query.get('colour') === 'category' ? 'category' : 'outcome',
    shades: query.get('shade') === 'requests' ? 'requests' : 'events',
  };
}

/** What is as it is without being asked for is left out of the address. */
function writeLook({ colours, shades }: MapChoice): Readonly<Record<string, string>> {
  return { ...(colours === 'category' && { colour: colours }), ...(shades === 'requests' && { shade: shades }) };
}
