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
  close = openEnforcement(byId('console'), { refused: () => gate.refuse(), connection: showConnection });
}

function leave(): void {
  close?.();
  close = null;
  byId('connection').textContent = '';
}

drawNav('intelligence');
const gate = await openGate({ entered: enter, left: leave });
