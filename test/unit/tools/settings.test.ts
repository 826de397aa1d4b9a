import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { portProblem, readOrigin, readPort } from '../../../scripts/local/settings.ts';

test('the port is 8787 unless told, and a number that a port can be', () => {
  expect(readPort(undefined)).toEqual({ ok: true, value: 8787 });
  expect(readPort('')).toEqual({ ok: true, value: 8787 });
  expect(readPort('9000')).toEqual({ ok: true, value: 9000 });
  for (const bad of ['0', '65536', '80.5', 'http', '-1']) expect(readPort(bad)).toMatchObject({ ok: false });
});

test('an origin is an http address of a whole site', () => {
  expect(readOrigin(undefined)).toEqual({ ok: true, value: null });
  expect(readOrigin('http://localhost:3000/')).toEqual({ ok: true, value: 'http://localhost:3000' });
  for (const bad of ['localhost:3000', 'ftp://x', 'http://x/path', 'http://x/?q', 'http://user:pass@x', 'nonsense']) {
    expect(readOrigin(bad)).toMatchObject({ ok: false });
  }
});

test('a port that is in use is told with the way out', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await portProblem(port, '127.0.0.1')).toContain(`PORT=${port + 1} npm start`);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  expect(await portProblem(port, '127.0.0.1')).toBeNull();
});
