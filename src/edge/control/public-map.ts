import { problemResponse } from '../pages/problem.ts';
import { joinBus } from './bus-handshake.ts';
import { servePage } from './dashboard.ts';
import { operation } from './operation.ts';

/** Elsewhere these paths are the site's own: they are taken from it only where its operator says so. */
const PATHS: ReadonlySet<string> = new Set(['/map', '/ws/map']);

/** True for the public map's paths while there is none. */
export function isMapClosed(path: string, setting: string | undefined): boolean {
  return PATHS.has(path) && setting !== 'true';
}

const page = operation({
  method: 'get',
  path: '/map',
  id: 'publicMap',
  summary: 'A map of what happens, for everybody, with PUBLIC_THREAT_MAP=true; else the path is the site’s',
  tag: 'observation',
  access: 'public',
  responses: { 200: { description: 'The page' } },
  async handle(call) {
    const served = await servePage(call.request, call.url, '/map', call);
    if (served !== null) return served;
    const detail = 'The dashboard was built without it.';
    return problemResponse({ status: 404, kind: 'not-found', title: 'There is no such page', detail }, call.requestId);
  },
});

const stream = operation({
  method: 'get',
  path: '/ws/map',
  id: 'watchMap',
  summary:
    'What the map shows, over a WebSocket, with PUBLIC_THREAT_MAP=true: time, decision, category, country and whole degrees of each event, and nothing that names anybody',
  tag: 'observation',
  access: 'public',
  responses: { 101: { description: 'Connected' }, 426: { description: 'Not a WebSocket upgrade' } },
  handle: (call) => joinBus(call.request, new URL('https://threat-bus/ws/map'), call),
});

export const mapOperations = [page, stream];
