import type { Command } from 'commander';
import { chooseModelRollback } from '../choose-rollback.ts';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../format/help.ts';
import { plainJson } from '../format/plain.ts';
import { describePublished, nextStep, type Published } from '../format/releases.ts';
import { wholeNumber } from '../option-values.ts';
import { fail, type Outcome } from '../outcome.ts';
import { readJsonInput } from '../read-input.ts';
import { looksLikeRuleset } from '../recognise.ts';
import { fetchHistory, showHistory, RELEASES } from '../release-history.ts';
import { perform, type Shell } from '../shell.ts';

export function addModel(program: Command): void {
  const model = program
    .command('model')
    .description('See, publish and take back the weights that score requests')
    .addHelpText(
      'after',
      examples([
        ['edgeshield model pull > weights.json', 'keep what is in force'],
        ['edgeshield model push weights.json --dry-run', 'is another one valid?'],
      ]),
    );
  model
    .command('pull')
    .description('The model in force, as JSON on stdout')
    .addHelpText('after', examples([['edgeshield model pull > weights.json', 'keep what is in force']]))
    .action(perform(pull));
  model
    .command('push')
    .description('Put another model in force')
    .argument('<file>', 'JSON, as `npm run model:train` writes it; - is stdin')
    .option('--dry-run', 'validate it and tell whether it differs')
    .option('--note <text>', 'why: stands in the history')
    .addHelpText(
      'after',
      examples([
        ['edgeshield model push model/weights.json --dry-run', 'is it valid?'],
        ['edgeshield model push model/weights.json --note "our own traffic"', 'in force'],
        ['edgeshield model rollback', 'take it back'],
      ]),
    )
    .action(perform(push));
  model
    .command('history')
    .description('The releases of models, newest first')
    .option('--limit <n>', 'so many', wholeNumber(1, RELEASES), 20)
    .addHelpText('after', examples([['edgeshield model history', 'with the numbers that rollback takes']]))
    .action(perform(history));
  model
    .command('rollback')
    .description('Put an earlier model in force again: the one before, or the one named')
    .argument('[release]', 'its number, as `edgeshield model history` shows it', wholeNumber(0, 999_999_999))
    .addHelpText(
      'after',
      examples([
        ['edgeshield model rollback', 'what was in force before; again, and it is undone'],
        ['edgeshield model rollback 12', 'release 12'],
      ]),
    )
    .action(perform(rollBack));
}

async function pull({ client }: Shell): Promise<Outcome> {
  const answer = await client.get<{ readonly model: unknown }>('/admin/model');
  if (!answer.ok) return answer;
  return { ok: true, data: answer.value.model, text: plainJson(answer.value.model) };
}

interface PushOptions {
  readonly dryRun?: boolean;
  readonly note?: string;
}

async function push({ client, paint }: Shell, file: string, { dryRun, note }: PushOptions): Promise<Outcome> {
  const read = await readJsonInput(file);
  if (!read.ok) return read;
  const query = new URLSearchParams({ ...(dryRun && { dry_run: '1' }), ...(note !== undefined && { note }) });
  const answer = await client.postText<Published>(`/admin/model/reload?${query.toString()}`, read.value.text);
  if (!answer.ok) {
    const help = 'It looks like a ruleset: edgeshield rules push FILE';
    return looksLikeRuleset(read.value.data) ? { ...answer, help } : answer;
  }
  const text = describePublished('The model', answer.value, paint);
  return { ok: true, data: answer.value, text, ...nextStep(answer.value, 'edgeshield model rollback', paint) };
}

function history(shell: Shell, { limit }: { readonly limit: number }): Promise<Outcome> {
  return showHistory(shell, 'model', limit, 'No model was ever published: the built-in one is in force.');
}

async function rollBack(shell: Shell, release: number | undefined): Promise<Outcome> {
  const past = await fetchHistory(shell, 'model');
  if (!past.ok) return past;
  const { releases } = past.value;
  const target = chooseModelRollback(releases, release);
  if (target === null) {
    const what =
      release === undefined ? 'There is no model before this one' : `There is no release ${release} of a model`;
    const help = 'See edgeshield model history. The built-in one: edgeshield model push model/weights.json';
    return fail(EXIT.notFound, 'no-release', what, help);
  }
  const answer = await shell.client.post<Omit<Published, 'dry_run'>>(`/admin/releases/${target.seq}/rollback`);
  if (!answer.ok) return answer;
  const text = describePublished(
    `The model of release ${target.seq}`,
    { dry_run: false, ...answer.value },
    shell.paint,
  );
  return { ok: true, data: { back_to: target.seq, ...answer.value }, text };
}
