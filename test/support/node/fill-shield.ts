import { asFromSomewhere } from '../../../scripts/traffic/places.ts';
import { clientAddress } from '../../../scripts/traffic/clients.ts';
import { builtInShot } from '../../../scripts/traffic/mix.ts';
import type { Policy } from '../../../src/edge/policy.ts';
import type { AdminClient } from './admin-client.ts';

const REQUESTS = 120;
/** A third of the requests are attacks: every kind of the built-in mix, several times. */
const ATTACK_EVERY = 3;
/** Requests under way at once. */
const WIDTH = 8;

/** Whose attacks a filled shield remembers: one address, so that it has evidence. */
export const KNOWN_ATTACKER = clientAddress(9000);

/**
 * Leaves in a shield what some days would: visits and attacks of all kinds from named places, clients that ran into a limit, releases of
 * rules, policy and model, blocks, keys, and the audit log of it all.
 */
export async function fillShield(url: string, admin: AdminClient): Promise<void> {
  await sendTraffic(url);
  const { policy } = await admin.get<{ policy: Policy }>('/admin/policy');
  const exclusion = {
    id: 'guestbook',
    rulesets: ['owasp-core'],
    rules: ['xss-001'],
    path: '/guestbook',
    reason: 'Visitors paste code',
  };
  await admin.post('/admin/policy/reload?note=The%20guestbook%20takes%20code', {
    ...policy,
    exclusions: [...(policy.exclusions ?? []), exclusion],
  });
  const { ruleset } = await admin.get<{ ruleset: { version: string } }>('/admin/rules/owasp-core');
  await admin.post('/admin/rules/reload?note=A%20version%20of%20our%20own', { ...ruleset, version: '9.9.9' });
  const { model } = await admin.get<{ model: { version: string } }>('/admin/model');
  await admin.post('/admin/model/reload?note=Trained%20anew', { ...model, version: '9.9.9' });

  await admin.post('/admin/blocklist', { ip: '198.51.100.0/24', reason: 'a scanner of ports', ttl_seconds: 86_400 });
  await admin.post('/admin/blocklist', { ip: '2001:db8:5::/48', reason: 'abuse of the order form' });
  await admin.post('/admin/blocklist', { ip: 'AS64500', reason: 'rented machines', ttl_seconds: 3600 });
  await admin.post('/admin/keys', { name: 'deploy pipeline', scopes: ['read', 'rules:write'], expires_in_days: 30 });
  const { id } = await admin.post<{ id: string }>('/admin/keys', { name: 'last summer', scopes: ['read'] });
  await admin.send('DELETE', `/admin/keys/${id}`);
}

/** One more attack, from somewhere else each time. */
export async function attackOnce(url: string, client: number): Promise<void> {
  await send(url, client, builtInShot(client, 0, url), clientAddress(client));
}

async function sendTraffic(url: string): Promise<void> {
  for (let first = 0; first < REQUESTS; first += WIDTH) {
    const wave = Array.from({ length: WIDTH }, (_, i) => first + i);
    await Promise.all(
      wave.map((i) => send(url, i, builtInShot(i, i % ATTACK_EVERY === 0 ? 0 : 1, url), clientAddress(i))),
    );
  }
  for (let i = 0; i < 4; i += 1) await send(url, 9000, builtInShot(i, 0, url), KNOWN_ATTACKER);
  // Ten sign-ins a minute are let through.
  const login = { ...builtInShot(0, 1, url), path: '/login' };
  for (let i = 0; i < 12; i += 1) await send(url, 9001, login, clientAddress(9001));
}

type Shot = Pick<ReturnType<typeof builtInShot>, 'method' | 'path' | 'headers' | 'body'>;

async function send(url: string, client: number, { method, path, headers, body }: Shot, ip: string): Promise<void> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, 'cf-connecting-ip': ip, ...asFromSomewhere(client) },
    ...(body !== undefined && { body }),
  });
  await response.body?.cancel();
}
