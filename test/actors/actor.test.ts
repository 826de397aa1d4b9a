import { env, runInDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import { Actor } from '../../src/actors/actor.ts';
import { Database } from '../../src/actors/database.ts';
import type { Env } from '../../src/env.ts';

const bindings: Env = env;
const namespace = env.RATE_GUARDIAN as unknown as DurableObjectNamespace;

const SECRET = 'table users has no column secret_hash';

/** An actor whose every hook fails with something a client must not read. */
class Broken extends Actor {
  override onRequest(): never {
    throw new Error('query failed', { cause: new Error(SECRET) });
  }
  override onConnect(): never {
    throw new Error(SECRET);
  }
}

let objects = 0;
const inObject = <T>(script: (state: DurableObjectState) => Promise<T> | T) =>
  runInDurableObject(namespace.getByName(`base:${objects++}`), (_, state) => script(state));

test('a request that fails answers an id; the log has the cause, on one line', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  await inObject(async (state) => {
    const response = await new Broken(state, bindings).fetch(new Request('https://actor.internal/'));
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('query failed');
    expect(text).not.toContain('secret_hash');
    expect(text).not.toMatch(/\bat \w+/);
    const lines = log.mock.calls.map((call) => String(call[0]));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    const line = JSON.parse(lines[0] ?? '') as { faultId: string };
    expect(line).toMatchObject({
      level: 'error',
      actor: 'Broken',
      during: 'onRequest',
      error: 'Error: query failed',
      causes: [`Error: ${SECRET}`],
    });
    expect((JSON.parse(text) as { faultId: string }).faultId).toBe(line.faultId);
  });
  log.mockRestore();
});

test('a connection that fails is closed with an id', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  await inObject(async (state) => {
    const request = new Request('https://actor.internal/', { headers: { Upgrade: 'websocket' } });
    const socket = (await new Broken(state, bindings).fetch(request)).webSocket;
    if (socket === null || socket === undefined) throw new Error('no WebSocket');
    const heard: string[] = [];
    socket.addEventListener('message', (event) => heard.push(String(event.data)));
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
    socket.accept();
    const { code, reason } = await closed;
    expect(code).toBe(1011);
    expect(reason).toMatch(/^internal fault [0-9a-f-]{36}$/);
    expect(heard).toEqual([]);
  });
  log.mockRestore();
});

test('helpers of the base cannot be called over RPC, which sees the prototype alone', () =>
  inObject((state) => {
    const actor = new Broken(state, bindings);
    for (const helper of ['db', 'alarms', 'erase', 'answer', 'logFault']) {
      expect(Object.keys(actor)).toContain(helper);
      expect(helper in Broken.prototype).toBe(false);
    }
  }));

test('an object that was only asked has no tables; the first statement creates them', () =>
  inObject(({ storage }) => {
    const db = new Database(storage, { actor: ['CREATE TABLE things (name TEXT)'] });
    expect(db.empty).toBe(true);
    expect(storage.sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
    db.exec('INSERT INTO things VALUES (?)', 'a');
    expect(db.empty).toBe(false);
  }));

test('a newer version runs only the migrations that are new, and a failing one changes nothing', () =>
  inObject(({ storage }) => {
    const first = ['CREATE TABLE things (name TEXT)'];
    new Database(storage, { actor: first }).exec(`INSERT INTO things VALUES ('a')`);
    const second = [...first, `ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = 1;`];
    expect(() => new Database(storage, { actor: [...second, 'CREATE TABLE things (again TEXT)'] })).toThrow();
    const db = new Database(storage, { actor: second, other: ['CREATE TABLE others (n INTEGER)'] });
    expect(db.exec('SELECT name, size FROM things').toArray()).toEqual([{ name: 'a', size: 1 }]);
    expect(db.exec('SELECT * FROM others').toArray()).toEqual([]);
  }));

test('a transaction that throws leaves nothing behind', () =>
  inObject(({ storage }) => {
    const db = new Database(storage, { actor: ['CREATE TABLE things (name TEXT)'] });
    expect(() =>
      db.transaction(() => {
        db.exec(`INSERT INTO things VALUES ('a')`);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(db.exec('SELECT * FROM things').toArray()).toEqual([]);
  }));
