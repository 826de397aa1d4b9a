import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { chooseRollback, rulesetOf } from '../choose-rollback.ts';
import { EXIT } from '../exit-codes.ts';
import { count } from '../format/counts.ts';
import { examples } from '../format/help.ts';
import { plain, plainJson } from '../format/plain.ts';
import { describeDiff, describePublished, nextStep, type Published } from '../format/releases.ts';
import { table } from '../format/table.ts';
import { wholeNumber } from '../option-values.ts';
import { fail, type Answer, type Outcome } from '../outcome.ts';
import { readJsonInput } from '../read-input.ts';
import { looksLikeModel } from '../recognise.ts';
import { diffRulesets, isObject, isSame } from '../ruleset-diff.ts';
import { fetchHistory, RELEASES, showHistory } from '../release-history.ts';
import { perform, type Shell } from '../shell.ts';
import { addRulesTest } from './rules-test.ts';

const DEFAULT_RULESET = 'owasp-core';
const MODEL_HELP = 'It looks like a model: edgeshield model push FILE';

export function addRules(program: Command): void {
  const rules = program
    .command('rules')
    .description('See, try, publish and take back rulesets')
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules test "/search?q=1 UNION SELECT 2"', 'what would become of a request'],
        ['edgeshield rules pull -o rules.json', 'then edit, diff, push'],
      ]),
    );
  rules
    .command('list')
    .description('The rulesets in force')
    .addHelpText('after', examples([['edgeshield rules list', 'with versions, modes and where they are from']]))
    .action(perform(listRulesets));
  rules
    .command('pull')
    .description('The ruleset in force, as JSON')
    .argument('[name]', 'of the ruleset', DEFAULT_RULESET)
    .option('-o, --output <file>', 'write it there, not to stdout')
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules pull owasp-core -o rules.json', 'to edit it'],
        ['edgeshield rules pull | jq .version', 'from stdout'],
      ]),
    )
    .action(perform(pull));
  rules
    .command('push')
    .description('Put a ruleset in force under its own name')
    .argument('<file>', 'JSON; - is stdin')
    .option('--dry-run', 'validate it and tell what it would change')
    .option('--note <text>', 'why: stands in the history')
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules push rules.json --dry-run', 'what it would change'],
        ['edgeshield rules push rules.json --note "block scanners"', 'in force within seconds'],
        ['jq . rules.json | edgeshield rules push -', 'from stdin'],
        ['edgeshield rules rollback', 'take it back'],
      ]),
    )
    .action(perform(push));
  rules
    .command('diff')
    .description('What of a file is another than in force, field by field; exit 6 when anything is')
    .argument('<file>', 'JSON; - is stdin')
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules diff rules.json', 'what you have altered'],
        ['edgeshield rules diff rules.json > /dev/null || echo another', 'for scripts'],
      ]),
    )
    .action(perform(diff));
  rules
    .command('history')
    .description('The releases of rulesets, newest first')
    .option('--limit <n>', 'so many', wholeNumber(1, RELEASES), 20)
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules history', 'with the numbers that rollback takes'],
        ['edgeshield rules history --limit 200', 'as far back as it is kept'],
      ]),
    )
    .action(perform(history));
  rules
    .command('rollback')
    .description('Put an earlier release in force again: the one before, or the one named')
    .argument('[release]', 'its number, as `edgeshield rules history` shows it', wholeNumber(0, 999_999_999))
    .option('--ruleset <name>', 'without a number: whose release before', DEFAULT_RULESET)
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules rollback', 'what was in force before; again, and it is undone'],
        ['edgeshield rules rollback 12', 'release 12'],
      ]),
    )
    .action(perform(rollBack));
  addRulesTest(rules);
}

interface RulesetInForce {
  readonly name: string;
  readonly version: string;
  readonly rules: number;
  readonly bundled: boolean;
  readonly mode: string;
  readonly paranoia?: number;
}

async function listRulesets({ client, paint }: Shell): Promise<Outcome> {
  const answer = await client.get<{ seq: number; rulesets: readonly RulesetInForce[] }>('/admin/rules');
  if (!answer.ok) return answer;
  const { seq, rulesets } = answer.value;
  const text = table(
    rulesets,
    [
      { title: 'RULESET', cell: ({ name }) => name },
      { title: 'VERSION', cell: ({ version }) => version, narrow: 'goes' },
      { title: 'RULES', cell: ({ rules }) => count(rules), right: true },
      { title: 'MODE', cell: ({ mode }) => mode },
      { title: 'PARANOIA', cell: ({ paranoia }) => String(paranoia ?? 'all'), narrow: 'goes' },
      { title: 'FROM', cell: ({ bundled }) => (bundled ? 'built in' : 'published') },
    ],
    paint,
  );
  return { ok: true, data: { seq, rulesets }, text };
}

interface Pulled {
  readonly hash: string;
  readonly bundled: boolean;
  readonly ruleset: Readonly<Record<string, unknown>>;
}

async function fetchRuleset({ client }: Shell, name: string): Promise<Answer<Pulled>> {
  const answer = await client.get<Pulled>(`/admin/rules/${encodeURIComponent(name)}`);
  return answer.ok || answer.code !== EXIT.notFound ? answer : { ...answer, help: 'See edgeshield rules list.' };
}

async function pull(shell: Shell, name: string, { output }: { readonly output?: string }): Promise<Outcome> {
  const answer = await fetchRuleset(shell, name);
  if (!answer.ok) return answer;
  const { ruleset, hash, bundled } = answer.value;
  const text = plainJson(ruleset, 2);
  if (output === undefined) return { ok: true, data: ruleset, text };
  try {
    await writeFile(output, `${text}\n`);
  } catch (error) {
    return fail(EXIT.failed, 'unwritable', error instanceof Error ? error.message : String(error));
  }
  const rules = Array.isArray(ruleset['rules']) ? ruleset['rules'].length : 0;
  const data = { file: output, name, hash, bundled, rules };
  return { ok: true, data, text: `${count(rules)} rules of ${plain(name)} are in ${plain(output)}` };
}

interface PushOptions {
  readonly dryRun?: boolean;
  readonly note?: string;
}

async function push({ client, paint }: Shell, file: string, { dryRun, note }: PushOptions): Promise<Outcome> {
  const read = await readJsonInput(file);
  if (!read.ok) return read;
  const query = new URLSearchParams({ ...(dryRun && { dry_run: '1' }), ...(note !== undefined && { note }) });
  const answer = await client.postText<Published>(`/admin/rules/reload?${query.toString()}`, read.value.text);
  if (!answer.ok) return looksLikeModel(read.value.data) ? { ...answer, help: MODEL_HELP } : answer;
  const what = `Ruleset ${plain(answer.value.ruleset ?? '')}`;
  const text = describePublished(what, answer.value, paint);
  return { ok: true, data: answer.value, text, ...nextStep(answer.value, 'edgeshield rules rollback', paint) };
}

async function diff(shell: Shell, file: string): Promise<Outcome> {
  const read = await readJsonInput(file);
  if (!read.ok) return read;
  const { data } = read.value;
  if (!isObject(data) || typeof data['name'] !== 'string') {
    return fail(EXIT.failed, 'no-ruleset', `${file} is no ruleset: it has no name`, 'See docs/rules.md.');
  }
  const { name } = data;
  const answer = await fetchRuleset(shell, name);
  if (!answer.ok) return answer;
  const found = diffRulesets(answer.value.ruleset, data);
  const same = isSame(found);
  const text = same ? `${plain(file)} is the ${plain(name)} in force` : describeDiff(found, shell.paint);
  const { added, removed, altered } = found;
  const aside = `${added.length} added, ${removed.length} removed, ${altered.length} altered against ${name} in force`;
  return {
    ok: true,
    data: { name, same, ...found },
    text,
    ...(!same && { code: EXIT.otherwise, aside: plain(aside) }),
  };
}

function history(shell: Shell, { limit }: { readonly limit: number }): Promise<Outcome> {
  return showHistory(shell, 'ruleset', limit, 'No ruleset was ever published: the built-in ones are in force.');
}

async function rollBack(
  shell: Shell,
  release: number | undefined,
  { ruleset }: { readonly ruleset: string },
): Promise<Outcome> {
  const { client, paint } = shell;
  const past = await fetchHistory(shell, 'ruleset');
  if (!past.ok) return past;
  const { releases } = past.value;
  const named = releases.find(({ seq }) => seq === release);
  const choice =
    release === undefined ? chooseRollback(releases, ruleset) : named && { to: 'release' as const, seq: named.seq };
  if (!choice) {
    const what =
      release === undefined
        ? `No release of ${ruleset} could be taken back`
        : `There is no release ${release} of a ruleset`;
    return fail(EXIT.notFound, 'no-release', what, 'See edgeshield rules history.');
  }
  if (choice.to === 'built-in') {
    const answer = await client.remove<{ removed: boolean; seq: number }>(
      `/admin/rules/${encodeURIComponent(ruleset)}`,
    );
    if (!answer.ok) return answer;
    const text = `The published ${plain(ruleset)} is out of force (release ${answer.value.seq}); where it comes built in, that one is in force again`;
    return { ok: true, data: { ruleset, back_to: null, ...answer.value }, text };
  }
  const target = releases.find(({ seq }) => seq === choice.seq);
  const answer = await client.post<Omit<Published, 'dry_run'>>(`/admin/releases/${choice.seq}/rollback`);
  if (!answer.ok) return answer;
  const published = { dry_run: false, ...answer.value };
  const name = target === undefined ? ruleset : rulesetOf(target);
  const text = describePublished(`Ruleset ${plain(name)} of release ${choice.seq}`, published, paint);
  return { ok: true, data: { back_to: choice.seq, ...answer.value, ruleset: name }, text };
}
