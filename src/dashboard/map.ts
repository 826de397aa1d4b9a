import ReconnectingWebSocket from 'partysocket/ws';
import type { MapMessage, MapPin } from '../actors/contracts.ts';
import { byId } from './dom.ts';
import { loadWorld } from './geo/load-world.ts';
import { MapPanel } from './geo/map-panel.ts';
import type { Sighting } from './geo/sighting.ts';

/** As many as the operator's map shows. */
const CAPACITY = 500;
/** The bus closes sockets that are silent. */
const PING_MS = 15_000;

const NO_REQUESTS: ReadonlyMap<string, number> = new Map();

/** A pin has no number of its own: they come in order, so the page counts them. */
function sightingOf(pin: MapPin, n: number): Sighting {
  const { at, outcome, category, country, latitude, longitude } = pin;
  return {
    n,
    at,
    outcome,
    category: category ?? null,
    country: country ?? null,
    city: null,
    position: latitude === undefined || longitude === undefined ? null : { latitude, longitude },
    colo: null,
  };
}

function listen(panel: MapPanel): void {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new ReconnectingWebSocket(`${scheme}://${location.host}/ws/map`, [], {
    minReconnectionDelay: 1000,
    maxReconnectionDelay: 30_000,
  });
  const connection = byId('connection');
  let sightings: readonly Sighting[] = [];
  let last = 0;
  const show = (state: string, text: string) => {
    connection.dataset['state'] = state;
    connection.textContent = text;
  };
  show('connecting', 'Connecting');
  socket.addEventListener('open', () => {
    // What comes first is the latest few, those already shown among them: the count begins again.
    sightings = [];
    last = 0;
    show('live', 'Live');
  });
  socket.addEventListener('close', () => show('offline', 'Offline, trying again'));
  socket.addEventListener('message', (event) => {
    if (event.data === 'pong') return;
    const message: MapMessage = JSON.parse(String(event.data));
    const fresh = message.pins.map((pin) => sightingOf(pin, ++last));
    sightings = [...fresh.toReversed(), ...sightings].slice(0, CAPACITY);
    panel.update(sightings, NO_REQUESTS);
  });
  setInterval(() => {
    if (socket.readyState === ReconnectingWebSocket.OPEN) socket.send('ping');
  }, PING_MS);
}

const world = await loadWorld();
if (world === null) byId('problem').textContent = 'The map could not be loaded. Load the page again.';
else {
  const panel = new MapPanel(byId('console'), world, { audience: 'public' });
  panel.update([], NO_REQUESTS);
  listen(panel);
}
