import { byId } from './dom.ts';
import { openGate } from './gate.ts';
import { drawNav } from './shell/nav.ts';
import { openEnforcement } from './status/enforcement.ts';

let close: (() => void) | null = null;

function showConnection(silent: boolean): void {
  const node = byId('connection');
  const text = silent ? 'No answer' : 'Live';
  node.dataset['state'] = silent ? 'offline' : 'live';
  if (node.textContent !== text) node.textContent = text;
}

function enter(): void {
  close = openEnforcement(byId('console'), showConnection);
}

function hush(): void {
  byId('connection').textContent = '';
}

function leave(): void {
  close?.();
  close = null;
  hush();
}

drawNav('intelligence');
// What is typed there is kept while the session is over, and its questions wait by themselves.
await openGate({ entered: enter, paused: hush, resumed: () => showConnection(false), left: leave });
