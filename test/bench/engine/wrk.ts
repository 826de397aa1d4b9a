import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientAddress } from '../../../scripts/traffic/clients.ts';
import type { BenchRequest } from '../requests.ts';

/** What one round of wrk saw. */
export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface WrkOptions {
  readonly seconds: number;
  readonly connections: number;
  /** On which wrk itself runs; null anywhere. */
  readonly core: number | null;
}

/** Plays the requests in turn against `url`, each from its own client. Throws when one was refused: a refusal is cheap. */
export async function runWrk(
  url: string,
  requests: readonly BenchRequest[],
  { seconds, connections, core }: WrkOptions,
): Promise<Load> {
  const home = mkdtempSync(join(tmpdir(), 'edgeshield-wrk-'));
  const script = join(home, 'requests.lua');
  writeFileSync(script, luaScript(requests), 'latin1');
  try {
    const command = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url];
    const output = await capture(core === null ? command : ['taskset', '-c', String(core), ...command]);
    const line = output.split('\n').find((text) => text.startsWith('{'));
    if (line === undefined) throw new Error(`wrk said nothing that can be read: ${output}`);
    const told: { requests: number; micros: number; p50: number; p99: number; refused: number; errors: number } =
      JSON.parse(line);
    if (told.refused + told.errors > 0)
      throw new Error(
        `${told.refused} honest requests were refused and ${told.errors} unanswered: the figures would flatter ${url}`,
      );
    return { perSecond: (told.requests / told.micros) * 1e6, p50Ms: told.p50 / 1000, p99Ms: told.p99 / 1000 };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function luaScript(requests: readonly BenchRequest[]): string {
  const wire = requests.map(({ method, target, headers, body }, i) => {
    const all = { ...headers, 'cf-connecting-ip': clientAddress(300_000 + i) };
    const head = Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    return `${method} ${target} HTTP/1.1\r\n${head}\r\n${Buffer.from(body ?? '').toString('latin1')}`;
  });
  return `local requests = {${wire.map(luaString).join(',')}}
local at = 0
request = function()
  at = at % #requests + 1
  return requests[at]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"errors":%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
`;
}

function luaString(text: string): string {
  return `"${text.replaceAll(/[^ !#-[\]-~]/g, (char) => `\\${char.charCodeAt(0).toString().padStart(3, '0')}`)}"`;
}

function capture(command: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (piece) => (output += String(piece)));
    child.stderr.on('data', (piece) => (output += String(piece)));
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
