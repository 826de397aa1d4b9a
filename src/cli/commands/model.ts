import type { Command } from 'commander';
import { examples } from '../format/help.ts';
import { plainJson } from '../format/plain.ts';
import { describePublished, type Published } from '../format/releases.ts';
import type { Outcome } from '../outcome.ts';
import { readJsonInput } from '../read-input.ts';
import { perform, type Shell } from '../shell.ts';

export function addModel(program: Command): void {
  const model = program.command('model').description('See and publish the weights that score requests');
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
        ['edgeshield model push model/weights.json --note "trained on our own traffic"', 'in force'],
      ]),
    )
    .action(perform(push));
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
  if (!answer.ok) return answer;
  return { ok: true, data: answer.value, text: describePublished('The model', answer.value, paint) };
}
