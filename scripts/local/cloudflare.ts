import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { PlanName } from '../../test/support/node/cloudflare/plan.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../../test/support/node/cloudflare/stand-in.ts';

/** The variables of the Worker that say which account to write to. */
const VARIABLES = ['CF_API_TOKEN', 'CF_ACCOUNT_ID', 'CF_ZONE_ID', 'CF_PLAN', 'CF_API_BASE_URL'] as const;

export type CloudflareBindings = Readonly<Partial<Record<(typeof VARIABLES)[number], string>>>;

export interface LocalCloudflareOptions {
  /** Folder of the stand-in's two files: its identity and its lists. */
  readonly folder: string;
  readonly plan: PlanName;
  /** 0, the default, picks a free port. */
  readonly port?: number;
  /** A second by default: long enough to be seen pending, as the real ones are. */
  readonly operationMs?: number;
}

export interface LocalCloudflare {
  readonly standIn: CloudflareStandIn;
  /** What a Worker needs to use it. */
  readonly bindings: CloudflareBindings;
  readonly stop: () => Promise<void>;
}

const IdentitySchema = v.object({ token: v.string(), accountId: v.string(), zoneId: v.string() });

type Identity = v.InferOutput<typeof IdentitySchema>;

const OPERATION_MS = 1000;

/** A stand-in for Cloudflare's API that keeps its token, its ids and its lists over restarts. */
export async function startLocalCloudflare(options: LocalCloudflareOptions): Promise<LocalCloudflare> {
  const identity = keptIdentity(join(options.folder, 'cloudflare-standin-identity.json'));
  const standIn = await startCloudflareStandIn({
    ...identity,
    plan: options.plan,
    port: options.port ?? 0,
    operationMs: options.operationMs ?? OPERATION_MS,
    persist: join(options.folder, 'cloudflare-standin.json'),
  });
  const bindings = {
    CF_API_TOKEN: standIn.token,
    CF_ACCOUNT_ID: standIn.accountId,
    CF_ZONE_ID: standIn.zoneId,
    CF_PLAN: options.plan,
    CF_API_BASE_URL: standIn.url,
  };
  return { standIn, bindings, stop: () => standIn.stop() };
}

/**
 * The operator's own account, when he has set a token: in the environment, which then says everything, or in wrangler's
 * `.dev.vars`, which the shield reads by itself. Null: there is none.
 */
export function ownAccount(
  environment: Readonly<Record<string, string | undefined>>,
  devVars: string,
): { readonly bindings: CloudflareBindings; readonly accountId: string | null } | null {
  const given = Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  ) satisfies CloudflareBindings;
  if (given['CF_API_TOKEN'] === undefined && devVar(devVars, 'CF_API_TOKEN') === null) return null;
  return { bindings: given, accountId: given['CF_ACCOUNT_ID'] ?? devVar(devVars, 'CF_ACCOUNT_ID') };
}

function devVar(text: string, name: string): string | null {
  const value = new RegExp(`^\\s*${name}\\s*=\\s*["']?([^"'\\r\\n]*)["']?\\s*$`, 'm').exec(text)?.[1];
  return value === undefined || value === '' ? null : value;
}

/** Made on the first run. The same ids later: the shield remembers lists and operations of an account by them. */
function keptIdentity(file: string): Identity {
  if (existsSync(file)) {
    const kept = v.safeParse(IdentitySchema, JSON.parse(readFileSync(file, 'utf8')));
    if (kept.success) return kept.output;
  }
  const made: Identity = {
    token: `standin-${randomBytes(24).toString('base64url')}`,
    accountId: randomBytes(16).toString('hex'),
    zoneId: randomBytes(16).toString('hex'),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return made;
}
