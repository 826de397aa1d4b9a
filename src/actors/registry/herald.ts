import { type Env, SINGLETON } from '../../env.ts';
import type { Head, Member, MemberRpc, ThreatEvent } from '../contracts.ts';
import type { MemberStore } from './member-store.ts';

/** Members told at once; the rest wait their turn, so that a broadcast does not swamp the registry's own callers. */
const TELL_AT_ONCE = 50;
/** Events that wait for a broadcast to end; a burst past it is told in part. */
const EVENT_LIMIT = 100;

/** Tells members of new heads, and the bus of what was done. Best effort: whoever is missed learns of the head by the seq on replies. */
export class Herald {
  readonly #env: Env;
  readonly #members: MemberStore;
  readonly #report: (during: string, error: unknown) => string;
  #head: Head | null = null;
  #events: ThreatEvent[] = [];
  #round: Promise<void> | null = null;

  constructor(env: Env, members: MemberStore, report: (during: string, error: unknown) => string) {
    this.#env = env;
    this.#members = members;
    this.#report = report;
  }

  /** A new head; ones that follow while a broadcast is under way are told as the latest alone. The promise never rejects. */
  announce(head: Head): Promise<void> {
    this.#head = head;
    return this.#start();
  }

  /** An event for the dashboards, after the head that it speaks of. The promise never rejects. */
  tell(event: ThreatEvent): Promise<void> {
    if (this.#events.length < EVENT_LIMIT) this.#events.push(event);
    return this.#start();
  }

  #start(): Promise<void> {
    this.#round ??= this.#run();
    return this.#round;
  }

  async #run(): Promise<void> {
    // Whoever called has more to say in the same turn.
    await Promise.resolve();
    while (this.#head !== null || this.#events.length > 0) {
      const head = this.#head;
      this.#head = null;
      if (head !== null) await this.#tellMembers(head);
      const events = this.#events;
      this.#events = [];
      if (events.length > 0) await this.#tellBus(events);
    }
    // In the same turn as the last look: what is said from now on starts a round of its own.
    this.#round = null;
  }

  async #tellMembers(head: Head): Promise<void> {
    const members = this.#members.list(Date.now());
    for (let i = 0; i < members.length; i += TELL_AT_ONCE) {
      await Promise.all(members.slice(i, i + TELL_AT_ONCE).map((member) => this.#tellOne(member, head)));
    }
  }

  /** One that fails is dropped: it joins again when it next wakes. */
  async #tellOne(member: Member, head: Head): Promise<void> {
    try {
      await this.#stub(member).headChanged(head);
    } catch (error) {
      this.#members.remove(member);
      this.#report(`tell ${member.kind} ${member.name}`, error);
    }
  }

  #stub({ kind, name }: Member): MemberRpc {
    return kind === 'bus' ? this.#env.THREAT_BUS.getByName(name) : this.#env.RATE_GUARDIAN.getByName(name);
  }

  async #tellBus(events: readonly ThreatEvent[]): Promise<void> {
    const { seq, at } = events.at(-1) ?? { seq: 0, at: 0 };
    try {
      const bus = this.#env.THREAT_BUS.getByName(SINGLETON);
      await bus.publish({ events, outcomes: {}, routes: {}, countries: {}, seq, at });
    } catch (error) {
      this.#report('tell the bus', error);
    }
  }
}
