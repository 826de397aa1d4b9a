import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptionsShape } from 'miniflare';

import { root } from './bundle.ts';

/** As in `wrangler.toml`: the actors' kept storage is named after it. */
const NAME = 'edgeshield';

export interface LocalShieldOptions {
  /** The Worker as one ES module: see `bundleWorker`. */
  readonly script: string;
  /** Bindings laid over those of `wrangler.toml`; `undefined` takes one away. */
  readonly bindings?: Readonly<Record<string, string | undefined>>;
  /** 0, the default, picks a free port. */
  readonly port?: number;
  readonly host?: string;
  /** Folder that keeps the actors' storage and KV over restarts; absent: memory alone. */
  readonly persist?: string;
  /**
   * Without Miniflare's own front, which compresses each response and would be most of what a bench measures.
   */
  readonly direct?: boolean;
  /** Hears each line that the Worker logs. */
  readonly onLog?: (level: string, message: string) => void;
}

export interface LocalShield {
  /** `http://127.0.0.1:8787`, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Runs a Worker in workerd on this machine with the settings of `wrangler.toml`, the one place that names bindings, actor
 * classes and variables. Resolves when it answers. A request's `CF-Connecting-IP` is the one it carries, else the
 * socket's address: on Cloudflare the edge writes it and a client cannot.
 */
export async function startShield(options: LocalShieldOptions): Promise<LocalShield> {
  const settings = await wranglerSettings();
  const bindings = { ...settings.bindings };
  for (const [name, value] of Object.entries(options.bindings ?? {})) {
    if (value === undefined) delete bindings[name];
    else bindings[name] = value;
  }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      // Else Miniflare makes up a place for every client, and it would stand in events and statistics.
      cf: {},
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: ({ level, message }) => options.onLog?.(level, message),
      // The folder of `wrangler dev` and `wrangler kv key put --local`, so that an operator's local commands reach this shield.
      ...(options.persist === undefined ? {} : { resourcePersistencePath: options.persist }),
      workers: [
        {
          ...settings,
          name: NAME,
          rootPath: root,
          bindings,
          ...(options.direct ? { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] } : {}),
          modules: [{ type: 'ESModule', path: join(root, 'index.js'), contents: options.script }],
        },
      ],
    }),
  );
  try {
    const front = await miniflare.ready;
    const url = options.direct ? await miniflare.unsafeGetDirectURL(NAME) : front;
    return { url: url.origin, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** What wrangler makes of `wrangler.toml` (and of `.dev.vars` beside it) for Miniflare. */
async function wranglerSettings(): Promise<V4WorkerOptionsShape> {
  // Else it announces `.dev.vars` on each start. Read on import, hence set before it.
  process.env['WRANGLER_LOG'] ??= 'error';
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler');
  const { modulesRules: _unused, ...settings } = unstable_getMiniflareWorkerOptions(
    join(root, 'wrangler.toml'),
  ).workerOptions;
  return settings;
}
