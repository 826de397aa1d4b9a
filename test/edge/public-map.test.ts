import { afterEach, describe, expect, it } from 'vitest';
import { freshClient, startIsolate } from '../support/workerd/isolate.ts';

const open = startIsolate({ PUBLIC_THREAT_MAP: 'true' });
const closed = startIsolate();

afterEach(() => Promise.all([open.settle(), closed.settle()]));

describe('the public map', () => {
  it.each(['/map', '/ws/map'])('is not there unless it is wanted: %s is the site’s', async (path) => {
    const response = await closed.visit(path, { ip: freshClient() });
    expect(await response.json()).toMatchObject({ url: `https://shop.test${path}` });
  });

  it('is told to anybody over a WebSocket, which says nothing of operators', async () => {
    const headers = { Upgrade: 'websocket', Connection: 'Upgrade', Origin: 'https://elsewhere.test' };
    const response = await open.visit('/ws/map?key=0123456789ab&until=9', { headers, ip: freshClient() });
    expect(response.status).toBe(101);
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  it('wants an upgrade', async () => {
    const response = await open.visit('/ws/map', { ip: freshClient() });
    expect(response.status).toBe(426);
  });

  it('opens nothing else', async () => {
    const headers = { Upgrade: 'websocket', Connection: 'Upgrade' };
    expect((await open.visit('/ws/threats', { headers, ip: freshClient() })).status).toBe(401);
    const beside = await open.visit('/map/legend', { ip: freshClient() });
    expect(await beside.json()).toMatchObject({ url: 'https://shop.test/map/legend' });
  });
});
