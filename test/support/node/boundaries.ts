import { importsOf, type Import, type Source } from './imports.ts';

/**
 * Files that do I/O. Every other file is a pure judgement: data, time and chance are its arguments. A new file is pure
 * until someone adds it here.
 */
const SHELLS = [
  'src/index.ts',
  'src/edge/actors.ts',
  'src/edge/shield.ts',
  'src/edge/finish.ts',
  'src/edge/isolate.ts',
  'src/edge/judgement.ts',
  'src/edge/origin.ts',
  'src/edge/passage.ts',
  'src/edge/rate-check.ts',
  'src/edge/send-on.ts',
  'src/edge/snapshot-loader.ts',
  'src/edge/telemetry.ts',
  'src/edge/auth.ts',
  'src/edge/control/',
  'src/actors/actor.ts',
  'src/actors/alarms.ts',
  /^src\/actors\/[^/]+\/actor\.ts$/,
  'src/actors/collector/entrypoint.ts',
  'src/actors/collector/feed-herald.ts',
  'src/actors/collector/fetch-feed.ts',
  'src/actors/enforcement/check-desk.ts',
  'src/actors/enforcement/list-desk.ts',
  'src/actors/enforcement/notices.ts',
  'src/actors/enforcement/run-engine.ts',
  'src/actors/enforcement/run-steps.ts',
  'src/actors/enforcement/threat-desk.ts',
  'src/actors/enforcement/webhook-sender.ts',
  'src/actors/collector/fetcher.ts',
  'src/actors/registry/gatherer.ts',
  'src/actors/registry/herald.ts',
  'src/actors/registry/release-desk.ts',
  'src/actors/registry/watch-store.ts',
  'src/actors/enforcement/cloudflare-api.ts',
  'src/actors/enforcement/open-account.ts',
  'src/dashboard/',
];

/** Of the terminal: files that speak to the shield, to files or to whoever called. The others only read and write text. */
const CLI_SHELLS = [
  'src/cli/main.ts',
  'src/cli/program.ts',
  'src/cli/shell.ts',
  'src/cli/control-client.ts',
  'src/cli/live-feed.ts',
  'src/cli/option-values.ts',
  'src/cli/read-input.ts',
  'src/cli/commands/',
];

/** Run by people on Node, outside the Worker; they may import what they like but nothing of the Worker may import them. */
const COMMANDS = ['model/train.ts', 'model/evaluate.ts', 'model/train/', 'model/data/', 'rules/seclang/import.ts'];

const CONTRACTS = 'src/actors/contracts.ts';
const SCHEMAS = new Set(['rules/schema.ts', 'model/schema.ts']);
/** Below even the schemas: how every door answers. */
const GROUND = 'src/parse.ts';

/** What ties a file to a platform, a clock or chance. */
const IMPURE = [
  /['"]cloudflare:/,
  /\bpartyserver\b/,
  /['"]hono\b/,
  /\bDate\.now\b/,
  /\bMath\.random\b/,
  /\bperformance\.now\b/,
];

/** And what ties a file to a process, on Node. */
const IMPURE_ON_NODE = [...IMPURE, /\bprocess\./, /\bfetch\(/, /['"]node:fs/, /['"]commander['"]/];

/** Prose may name what code may not. */
const COMMENT_LINE = /^\s*(?:\*|\/\/|\/\*).*$/gm;

type Kind = 'root' | 'edge' | 'actors' | 'dashboard' | 'cli' | 'command' | 'contracts' | 'schema' | 'pure';

function kindOf(path: string): Kind {
  if (path === 'src/index.ts' || path === 'src/collector.ts') return 'root';
  if (path === CONTRACTS) return 'contracts';
  if (SCHEMAS.has(path)) return 'schema';
  if (path.startsWith('src/dashboard/')) return 'dashboard';
  if (path.startsWith('src/cli/')) return 'cli';
  if (isListed(path, COMMANDS)) return 'command';
  if (!isListed(path, SHELLS)) return 'pure';
  return path.startsWith('src/edge/') ? 'edge' : 'actors';
}

function isListed(path: string, list: readonly (string | RegExp)[]): boolean {
  return list.some((item) =>
    typeof item === 'string' ? path === item || (item.endsWith('/') && path.startsWith(item)) : item.test(path),
  );
}

/** Who may import whom: imports point down. `contracts` is types alone, so whoever passes messages may name them. */
const MAY_IMPORT: Readonly<Record<Kind, readonly Kind[]>> = {
  root: ['edge', 'actors', 'contracts', 'schema', 'pure'],
  edge: ['edge', 'contracts', 'schema', 'pure'],
  actors: ['actors', 'contracts', 'schema', 'pure'],
  dashboard: ['dashboard', 'contracts', 'schema', 'pure'],
  cli: ['cli', 'contracts', 'schema', 'pure'],
  command: ['command', 'contracts', 'schema', 'pure'],
  contracts: ['schema', 'pure'],
  pure: ['contracts', 'schema', 'pure'],
  schema: [],
};

/** Everything that breaks the house's directions, as sentences; empty when all is well. */
export function boundaryViolations(sources: readonly Source[]): readonly string[] {
  const violations: string[] = [];
  const imports = new Map<string, readonly Import[]>();
  for (const source of sources) {
    const kind = kindOf(source.path);
    const found = importsOf(source);
    imports.set(source.path, found);
    for (const { target, relative, typeOnly } of found) {
      // Data, and what the page's build takes in as text.
      if (!relative || /\.(?:json|md)$/.test(target)) continue;
      if (!target.endsWith('.ts')) violations.push(`${source.path} imports ${target} without its .ts extension`);
      const to = kindOf(target);
      if (target === GROUND) continue;
      if (!MAY_IMPORT[kind].includes(to)) violations.push(`${source.path} (${kind}) imports ${target} (${to})`);
      if (to === 'contracts' && !typeOnly) violations.push(`${source.path} imports contracts as more than types`);
    }
    const words = forbiddenWords(source.path, kind);
    const code = words.length === 0 ? '' : source.text.replaceAll(COMMENT_LINE, '');
    for (const word of words) {
      const hit = word.exec(code);
      if (hit !== null) violations.push(`${source.path} is pure but mentions ${hit[0].replace(/['"]/, '')}`);
    }
  }
  return [...violations, ...cycles(imports)];
}

function forbiddenWords(path: string, kind: Kind): readonly RegExp[] {
  if (kind === 'cli') return isListed(path, CLI_SHELLS) ? [] : IMPURE_ON_NODE;
  return kind === 'pure' || kind === 'schema' || kind === 'contracts' ? IMPURE : [];
}

/** Files that need one another before either has run; imports of types need nothing. */
function cycles(imports: ReadonlyMap<string, readonly Import[]>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`import cycle: ${[...trail.slice(at), path].join(' -> ')}`);
    if (at >= 0 || done.has(path)) return;
    for (const { target, typeOnly } of imports.get(path) ?? []) if (!typeOnly) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}
