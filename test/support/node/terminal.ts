import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command as the package has it. */
export const BIN = fileURLToPath(new URL('../../../src/cli/edgeshield.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A run of the terminal as a process of its own. */
export interface Run {
  /** What has been printed so far. */
  readonly printed: { readonly out: string; readonly err: string };
  readonly ended: Promise<Ended>;
  stop(): void;
}

/** The terminal as people run it, its environment without keys but the one given. */
export class Terminal {
  readonly #env: NodeJS.ProcessEnv;

  constructor(url: string, key: string, env: Readonly<Record<string, string>> = {}) {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...rest } = process.env;
    this.#env = { ...rest, EDGESHIELD_URL: url, EDGESHIELD_ADMIN_KEY: key, ...env };
  }

  start(args: readonly string[], input = ''): Run {
    const child = spawn(process.execPath, [BIN, ...args], { env: this.#env, stdio: 'pipe' });
    const printed = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.err += text));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...printed }));
    });
    return { printed, ended, stop: () => void child.kill('SIGINT') };
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** With `--json`; its answer taken at its word. Throws unless it ends with `code`. */
  async json<T>(args: readonly string[], code = 0): Promise<T> {
    const ended = await this.run(...args, '--json');
    if (ended.code !== code) throw new Error(`edgeshield ${args.join(' ')} ended with ${ended.code}: ${ended.err}`);
    const answer: T = JSON.parse(ended.out);
    return answer;
  }
}
