import { Agent, request, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

/** A request as it goes on the wire. */
export interface Shot {
  readonly method: string;
  /** With query, not re-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Landing {
  /** 0 when no response came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** From the moment the request was due to the last byte of its response. */
  readonly ms: number;
  /** Why no response came. */
  readonly error?: string;
}

/** Beyond this many unanswered requests the target is not keeping up, and more would only measure this process. */
const IN_FLIGHT_LIMIT = 512;
const TICK_MS = 2;
const PATIENCE_MS = 15_000;

/**
 * Sends `rate` requests a second for `seconds`, whatever the target does (an open loop), and tells of each. Latency counts
 * from when a request was due, not from when it could be sent: a stall is paid by all who waited behind it.
 */
export async function fireAt(
  target: string,
  plan: { readonly rate: number; readonly seconds: number },
  shot: (index: number) => Shot,
  landed: (landing: Landing, index: number) => void,
): Promise<void> {
  const gun = createGun(target);
  const total = Math.round(plan.rate * plan.seconds);
  const start = performance.now();
  const due = (index: number) => start + (index * 1000) / plan.rate;
  let sent = 0;
  let answered = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      while (sent < total && due(sent) <= performance.now() && sent - answered < IN_FLIGHT_LIMIT) {
        const index = sent++;
        gun.fire(shot(index), due(index), (landing) => {
          answered += 1;
          landed(landing, index);
          if (answered < total) return;
          clearInterval(timer);
          resolve();
        });
      }
    }, TICK_MS);
  });
  gun.close();
}

function createGun(target: string) {
  const url = new URL(target);
  const secure = url.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: IN_FLIGHT_LIMIT, scheduling: 'fifo' } as const;
  const agent = secure ? new SecureAgent(options) : new Agent(options);
  const send = secure ? secureRequest : request;

  function fire(shot: Shot, since: number, landed: (landing: Landing) => void): void {
    let over = false;
    const land = (landing: Omit<Landing, 'ms'>) => {
      if (over) return;
      over = true;
      landed({ ...landing, ms: performance.now() - since });
    };
    const headers: Record<string, string> = { ...shot.headers };
    if (shot.body !== undefined) headers['content-length'] = String(Buffer.byteLength(shot.body));
    const { hostname, port } = url;
    const onAnswer = (response: IncomingMessage) => {
      response.on('end', () => land({ status: response.statusCode ?? 0, headers: response.headers }));
      response.on('error', (error) => land({ status: 0, headers: {}, error: error.message }));
      response.resume();
    };
    try {
      const outgoing = send({ agent, hostname, port, method: shot.method, path: shot.path, headers }, onAnswer);
      outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
      outgoing.on('error', (error) => land({ status: 0, headers: {}, error: error.message }));
      outgoing.end(shot.body);
    } catch (error) {
      // Recorded requests hold names and targets that no HTTP client agrees to write.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      land({ status: 0, headers: {}, error: `not sent, it is no valid HTTP (${code})` });
    }
  }

  return { fire, close: () => agent.destroy() };
}
