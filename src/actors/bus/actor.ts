import type { Connection, ConnectionContext } from 'partyserver';
import { type Env, SINGLETON } from '../../env.ts';
import { Actor } from '../actor.ts';
import type {
  BusMessage,
  BusRpc,
  EventQuery,
  Head,
  NumberedEvent,
  SeqHint,
  Stats,
  TelemetryBatch,
} from '../contracts.ts';
import { BusFacts, FACTS_MIGRATION } from './bus-facts.ts';
import { EVENT_LOG_MIGRATION, EventLog } from './event-log.ts';
import { EventRing } from './event-ring.ts';
import { frameEvents, framePins, writePacked, writeText, type Frame } from './frames.ts';
import { IsolateRoll } from './isolate-roll.ts';
import { Totals, type TotalsRecord } from './totals.ts';
import { trimEvent } from './trim-event.ts';

const MIGRATIONS = [EVENT_LOG_MIGRATION, FACTS_MIGRATION];

/** Quick enough to look live, and a flood costs each socket four frames a second. */
const FRAME_MS = 250;
/** A frame to a socket takes some 60 us. After so many sockets publishers have their turn: none waits until a thousand have been told. */
const TURN_SOCKETS = 32;
const TURN_MS = 4;
/** How much of the totals a crash can forget; one row written per this while there is traffic. */
const SAVE_MS = 10_000;
/** Events taken from one report; the rest are counted. Ring and frames stay within reason when isolates report a flood. */
const BATCH_LIMIT = 100;
/** A broadcast takes about 0.75 ms per 100 sockets, four times a second. Operators of one site are few, their open tabs are more. */
const SOCKET_LIMIT = 1024;
/** Walls with the public map on them; whoever opens sockets there takes none from the operators. */
const MAP_SOCKET_LIMIT = 256;
const MAP_TAG = 'map';
const MAP_PATH = '/ws/map';
/** What a newcomer to the map is shown: a wall is not to be empty. */
const FIRST_PINS = 50;
/** A dashboard says `ping` every 30 s, answered without waking the object; one that did and fell silent is gone. */
const SILENCE_MS = 100_000;

/** A listener does not wait longer for the registry: it is told the head when that comes. */
const HEAD_WAIT_MS = 1000;

/** What a connection remembers through hibernation: the number of the last event it was sent. */
interface Cursor {
  readonly sent: number;
  /** Unix milliseconds at which what proved its owner an operator ends. */
  readonly until?: number;
  /** It hears what the public map shows, and nothing else. */
  readonly map?: true;
  /** It takes packed frames. */
  readonly packed?: true;
}

/** RFC 6455, section 7.4.1: it is not the connection that failed. */
const POLICY_VIOLATION = 1008;

/** Numbers and keeps what happens, counts it, and tells the dashboards. */
export class ThreatBus extends Actor implements BusRpc {
  readonly #facts: BusFacts;
  readonly #log: EventLog;
  readonly #ring: EventRing;
  readonly #totals: Totals;
  readonly #roll = new IsolateRoll();
  #epoch: string | null;
  #head: Head = { seq: 0, hashes: {} };
  #joining: Promise<void> | null = null;
  #joined = false;
  /** From when a frame is due until it is sent. */
  #telling = false;
  /** Nothing has happened since the last frame was begun. */
  #allTold = true;
  #savedAt = Number.NEGATIVE_INFINITY;
  #saveTimer = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, MIGRATIONS);
    this.#facts = new BusFacts(this.db);
    this.#log = new EventLog(this.db);
    this.#ring = new EventRing(this.#log.load());
    const totals = this.#facts.read('totals');
    const record: TotalsRecord | undefined = totals === null ? undefined : JSON.parse(totals);
    this.#totals = new Totals(record);
    this.#epoch = this.#facts.read('epoch');
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  publish(batch: TelemetryBatch): Promise<SeqHint> {
    return this.answer('publish', () => {
      const now = Date.now();
      this.#totals.add(batch, now);
      if (batch.isolate !== undefined) this.#roll.hear(batch.isolate, batch.seq, now);
      this.#log.append(this.#ring.push(batch.events.slice(0, BATCH_LIMIT).map(trimEvent)));
      this.#saveSoon(now);
      this.#tellSoon();
      if (!this.#joined || batch.seq > this.#head.seq) this.ctx.waitUntil(this.#join());
      return { seq: this.#head.seq };
    });
  }

  stats(): Promise<Stats> {
    return this.answer('stats', () => this.#stats(Date.now()));
  }

  events(query: EventQuery): Promise<readonly NumberedEvent[]> {
    return this.answer('events', () => this.#ring.find(query));
  }

  headChanged(head: Head): Promise<void> {
    return this.answer('headChanged', () => {
      this.#roll.release(head.seq, Date.now());
      this.#takeHead(head);
    });
  }

  #takeHead(head: Head): void {
    if (head.seq <= this.#head.seq) return;
    this.#head = head;
    const told = writeText([{ type: 'head', head }]);
    this.#sendTo(this.getConnections<Cursor>(), (_, { map }) => (map ? [] : told));
  }

  #stats(now: number): Stats {
    return { ...this.#totals.stats(now), fleet: this.#roll.describe(now) };
  }

  override async onConnect(connection: Connection<Cursor>, { request }: ConnectionContext): Promise<void> {
    const { searchParams, pathname } = new URL(request.url);
    const maps = this.ctx.getWebSockets(MAP_TAG).length;
    const isMap = pathname === MAP_PATH;
    if (isMap ? maps > MAP_SOCKET_LIMIT : this.ctx.getWebSockets().length - maps > SOCKET_LIMIT) {
      connection.close(1013, 'too many listeners');
      return;
    }
    if (isMap) {
      send(connection, writeText(framePins(this.#ring.after(0).slice(-FIRST_PINS))));
      connection.setState({ sent: this.#ring.latest, map: true });
      return;
    }
    // Kept out of broadcasts until it has had the ring.
    if (!this.#joined) await Promise.race([this.#join(), sleep(HEAD_WAIT_MS)]);
    const epoch = searchParams.get('epoch');
    const after = epoch === null || epoch === this.#epoch ? readNumber(searchParams.get('after')) : 0;
    const { oldest, latest } = this.#ring;
    const stats = this.#stats(Date.now());
    const hello: BusMessage = { type: 'hello', head: this.#head, stats, oldest, latest, epoch: this.#readEpoch() };
    const messages = [hello, ...frameEvents(this.#ring.after(after))];
    const packed = searchParams.get('packed') === '1';
    send(connection, packed ? await writePacked(messages) : writeText(messages));
    const until = readNumber(searchParams.get('until'));
    connection.setState({ sent: latest, ...(until > 0 && { until }), ...(packed && { packed }) });
    // While its frames were packed, the others may have been told of more.
    if (this.#ring.latest > latest) this.#tellSoon();
  }

  /** The edge names the API key behind an upgrade: by it the socket can be found when the key is revoked. */
  override getConnectionTags(_: Connection, { request }: ConnectionContext): string[] {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === MAP_PATH) return [MAP_TAG];
    const key = searchParams.get('key');
    return key === null ? [] : [keyTag(key)];
  }

  endListeners(key: string): Promise<void> {
    return this.answer('endListeners', () => {
      for (const connection of this.getConnections(keyTag(key))) {
        closeQuietly(connection, POLICY_VIOLATION, 'the key was revoked');
      }
    });
  }

  /** Listeners only listen; `ping` is answered by the platform. */
  override onMessage(): void {}

  /** Only for sockets: anything else that reaches the object has no business here. */
  override onRequest(): Response {
    return new Response(null, { status: 426, headers: { upgrade: 'websocket' } });
  }

  #tellSoon(): void {
    this.#allTold = false;
    if (this.#telling || this.ctx.getWebSockets().length === 0) return;
    this.#telling = true;
    setTimeout(() => void this.#tellOnce(), FRAME_MS);
  }

  /** One frame after the other: two at once would each take the same sockets for their own. */
  async #tellOnce(): Promise<void> {
    this.#allTold = true;
    try {
      await this.#tell();
    } catch (error) {
      this.logFault('tell', error);
    }
    this.#telling = false;
    if (!this.#allTold) this.#tellSoon();
  }

  /** Sends every socket what it has not had. Cursors outlive the instance, so an eviction before the timer loses nothing: the next frame catches up. */
  async #tell(): Promise<void> {
    const { latest } = this.#ring;
    const fleet = this.#roll.describe(Date.now());
    const totals: BusMessage = { type: 'totals', byOutcome: this.#totals.byOutcome(), fleet };
    const connections = [...this.getConnections<Cursor>()];
    // Nearly all sockets stand at the same number: their frames are built and written once, before any is sent.
    const frames = new Map<string, readonly Frame[]>();
    for (const { state } of connections) {
      if (state === null || frames.has(nameCursor(state))) continue;
      const events = state.sent < latest ? this.#ring.after(state.sent) : [];
      frames.set(nameCursor(state), await writeFor(state, events, totals));
    }
    for (let i = 0; i < connections.length; i += TURN_SOCKETS) {
      if (i > 0) await sleep(TURN_MS);
      this.#sendTo(connections.slice(i, i + TURN_SOCKETS), (connection, state) => {
        const told = frames.get(nameCursor(state));
        // Whoever came meanwhile asks for a frame itself.
        if (told === undefined) return [];
        if (state.sent < latest) connection.setState({ ...state, sent: latest });
        return told;
      });
    }
  }

  /** A socket that is silent or refuses is closed; it harms no other. Connections that have not had their hello are passed over. */
  #sendTo(
    connections: Iterable<Connection<Cursor>>,
    framesFor: (connection: Connection<Cursor>, state: Cursor) => readonly Frame[],
  ): void {
    const now = Date.now();
    for (const connection of connections) {
      const { state } = connection;
      if (state === null) continue;
      const heard = this.ctx.getWebSocketAutoResponseTimestamp(connection)?.getTime();
      const { until = Number.POSITIVE_INFINITY } = state;
      if (heard !== undefined && now - heard > SILENCE_MS) closeQuietly(connection);
      else if (until <= now) closeQuietly(connection, POLICY_VIOLATION, 'the session is over');
      else send(connection, framesFor(connection, state));
    }
  }

  /** Once per life of the instance, and whenever somebody has seen a newer head than we. */
  #join(): Promise<void> {
    this.#joining ??= this.#askHead().finally(() => {
      this.#joining = null;
    });
    return this.#joining;
  }

  async #askHead(): Promise<void> {
    try {
      const head = await this.env.REGISTRY.getByName(SINGLETON).join({ kind: 'bus', name: this.name });
      this.#joined = true;
      // Nobody knows how long it has been in force.
      this.#takeHead(head);
    } catch (error) {
      this.logFault('join', error);
    }
  }

  /** At once after a quiet time, else when SAVE_MS have passed since the last time. */
  #saveSoon(now: number): void {
    if (this.#saveTimer) return;
    const wait = this.#savedAt + SAVE_MS - now;
    if (wait <= 0) {
      this.#save(now);
      return;
    }
    this.#saveTimer = true;
    setTimeout(() => {
      this.#saveTimer = false;
      this.#save(Date.now());
    }, wait);
  }

  #save(now: number): void {
    this.#savedAt = now;
    this.#facts.write('totals', JSON.stringify(this.#totals.record()));
  }

  /** Names this numbering: if the object's storage is ever lost, numbers begin anew and clients must know. */
  #readEpoch(): string {
    if (this.#epoch === null) {
      this.#epoch = crypto.randomUUID();
      this.#facts.write('epoch', this.#epoch);
    }
    return this.#epoch;
  }
}

/** Sockets of the same name are sent the same. */
function nameCursor({ sent, map, packed }: Cursor): string {
  return `${sent} ${map} ${packed}`;
}

function writeFor(
  { map, packed }: Cursor,
  events: readonly NumberedEvent[],
  totals: BusMessage,
): readonly Frame[] | Promise<readonly Frame[]> {
  if (map) return writeText(framePins(events));
  const messages = [...frameEvents(events), totals];
  return packed ? writePacked(messages) : writeText(messages);
}

function send(connection: Connection, frames: readonly Frame[]): void {
  try {
    for (const frame of frames) connection.send(frame);
  } catch {
    closeQuietly(connection);
  }
}

function keyTag(key: string): string {
  return `key:${key}`;
}

function closeQuietly(connection: Connection, code = 1011, reason = 'not listening'): void {
  try {
    connection.close(code, reason);
  } catch {
    // Already closed.
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function readNumber(text: string | null): number {
  const n = text === null ? 0 : Number(text);
  return Number.isSafeInteger(n) && n >= 0 ? n : 0;
}
