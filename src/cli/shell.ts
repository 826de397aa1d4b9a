import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { ControlClient } from './control-client.ts';
import { EXIT } from './exit-codes.ts';
import { paintOn, type Paint } from './format/paint.ts';
import { plainJson } from './format/plain.ts';
import { describeFailure } from './format/failure.ts';
import type { Answer, Outcome } from './outcome.ts';
import { chooseKey, isLocal, KEY_VARIABLE, readShieldUrl } from './settings.ts';

/** What the options before and after every command say. */
export interface Globals {
  readonly url: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** What a command works with: the shield, and how to speak to whoever called. */
export interface Shell {
  readonly client: ControlClient;
  readonly json: boolean;
  /** A person sees stdout and stderr as they come. */
  readonly watched: boolean;
  readonly paint: Paint;
  /** Unix milliseconds of the start. */
  readonly now: number;
  out(text: string): void;
  err(text: string): void;
}

/** The clone that this file lies in. */
const CLONE = fileURLToPath(new URL('../..', import.meta.url));

/** An action of commander's that opens a shell, does its work, and tells what came of it. */
export function perform<Args extends unknown[]>(
  work: (shell: Shell, ...args: Args) => Promise<Outcome>,
): (this: Command, ...args: Args) => Promise<void> {
  return async function action(...args) {
    const globals = this.optsWithGlobals<Globals>();
    const opened = openShell(globals);
    tell(opened.ok ? await work(opened.value, ...args) : opened, globals);
  };
}

function openShell({ url, json = false, color }: Globals): Answer<Shell> {
  const read = readShieldUrl(url);
  if (!read.ok) return read;
  const local = isLocal(read.value);
  const key = chooseKey(process.env[KEY_VARIABLE], local, local ? readDevVars() : '');
  const value = {
    client: new ControlClient(read.value, key),
    json,
    watched: process.stdout.isTTY && process.stderr.isTTY && !json,
    paint: paintFor(process.stdout, color),
    now: Date.now(),
    out: (text: string) => void process.stdout.write(`${text}\n`),
    err: (text: string) => void process.stderr.write(`${text}\n`),
  };
  return { ok: true, value };
}

/** Node knows about terminals, NO_COLOR and FORCE_COLOR. */
function paintFor(stream: NodeJS.WriteStream, color: boolean): Paint {
  const width = stream.isTTY ? stream.columns || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
  return paintOn(width, (style, text) => (color ? styleText(style, text, { stream }) : text));
}

function readDevVars(): string {
  try {
    return readFileSync(join(CLONE, '.dev.vars'), 'utf8');
  } catch {
    return '';
  }
}

function tell(outcome: Outcome, { json = false, color }: Globals): void {
  process.exitCode = outcome.ok ? (outcome.code ?? EXIT.ok) : outcome.code;
  if (!outcome.ok) {
    const { ok: _, code, ...error } = outcome;
    const paint = paintFor(process.stderr, color);
    process.stderr.write(`${json ? plainJson({ error: { code, ...error } }, 2) : describeFailure(outcome, paint)}\n`);
    return;
  }
  if (outcome.silent) return;
  if (json) process.stdout.write(`${plainJson(outcome.data, 2)}\n`);
  else {
    if (outcome.text !== '') process.stdout.write(`${outcome.text}\n`);
    if (outcome.aside !== undefined) process.stderr.write(`${outcome.aside}\n`);
  }
}
