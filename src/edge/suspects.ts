import { redactPath } from './redact.ts';

/** Keys of each kind held for a flush: half a second of a scan has few more, and the bus keeps the most frequent only. */
const CAPACITY = 100;
/** Of a path: what is redacted must be read whole, and a longer one is known by its beginning. */
const PATH_READ = 1024;

/** What a request that was not simply passed asked for, and whence it came. */
export interface Suspect {
  /** As on the wire, without query. */
  readonly path: string;
  /** Client key; null where it names nobody. */
  readonly client: string | null;
  readonly asn: number | undefined;
}

type Counts = Readonly<Record<string, number>>;

/** Counts what was not simply passed by path, address and network until the flush. */
export class Suspects {
  #paths = new Map<string, number>();
  #addresses = new Map<string, number>();
  #asns = new Map<string, number>();

  count({ path, client, asn }: Suspect): void {
    add(this.#paths, path.slice(0, PATH_READ), 1);
    if (client !== null) add(this.#addresses, client, 1);
    if (asn !== undefined) add(this.#asns, `AS${asn}`, 1);
  }

  /** What was counted since the last time. Only now are paths redacted: once each, however often they were asked for. */
  take(): { readonly paths?: Counts; readonly addresses?: Counts; readonly asns?: Counts } {
    if (this.#paths.size === 0) return {};
    const paths = new Map<string, number>();
    for (const [path, n] of this.#paths) add(paths, redactPath(path), n);
    const taken = {
      paths: Object.fromEntries(paths),
      ...(this.#addresses.size > 0 && { addresses: Object.fromEntries(this.#addresses) }),
      ...(this.#asns.size > 0 && { asns: Object.fromEntries(this.#asns) }),
    };
    this.#paths = new Map();
    this.#addresses = new Map();
    this.#asns = new Map();
    return taken;
  }
}

function add(counts: Map<string, number>, key: string, n: number): void {
  const before = counts.get(key);
  if (before !== undefined || counts.size < CAPACITY) counts.set(key, (before ?? 0) + n);
}
