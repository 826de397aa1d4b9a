import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Cores for the subject and for everything around it; null where processes cannot be pinned. */
export const CORES = canPin() ? { subject: 0, others: 1 } : null;

/** Keeps a process, with all its threads, on one core. */
export function pin(pid: number, core: number | undefined): void {
  if (core !== undefined) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)]);
}

function canPin(): boolean {
  return cpus().length >= 2 && spawnSync('taskset', ['-V']).error === undefined;
}

/** The processes of this name that this one has started, by their ids. */
export function childrenNamed(name: string): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(process.pid), name], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter(Boolean).map(Number);
}
