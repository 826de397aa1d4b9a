import type { Model } from '../../../../model/schema.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';

/** What the model's makers wrote into it, as far as it is there. */
interface Training {
  readonly rows?: Readonly<Record<string, number>>;
  readonly drawn?: Readonly<Record<string, number>>;
  readonly dataHash?: string;
  readonly rulesets?: readonly string[];
  readonly heldOutBySource?: { readonly auc?: number; readonly tprAtFpr?: Readonly<Record<string, number>> };
}

/** What the model is, what it was made from and how well it does on what it had not seen. */
export function modelCard(model: Model, where: string): HTMLElement {
  const training: Training = model.training ?? {};
  const held = training.heldOutBySource;
  const rows = sum(training.rows) + sum(training.drawn);
  const parameters = [model.hiddenWeights.flat(), model.hiddenBiases, model.outputWeights].flat().length + 1;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['In force', where],
    ['Kind', `${model.features.length} inputs, ${model.hiddenBiases.length} hidden units, ${parameters} parameters`],
    ['Trained on', rows === 0 ? undefined : `${count.format(rows)} requests of ${sources(training)} sources`],
    ['With', training.rulesets?.join(', ')],
    ['Held-out AUC', held?.auc?.toFixed(4)],
    ...Object.entries(held?.tprAtFpr ?? {}).map(([fpr, tpr]): readonly [string, string] => [
      `Found at ${percent(Number(fpr))} false alarms`,
      percent(tpr),
    ]),
    ['Data', training.dataHash?.slice(0, 16)],
  ];
  const list = element('dl', {});
  for (const [name, value] of facts) {
    if (value !== undefined && value !== '') list.append(element('dt', {}, name), element('dd', {}, value));
  }
  return element(
    'section',
    { class: 'card model-card', 'aria-label': 'Model card' },
    element('h2', {}, `${model.name} ${model.version}`),
    list,
  );
}

/**
 * The weights of the first layer as a table whose cells are shaded by size. A pair of colours and the sign tell the direction.
 */
export function weightTable({ features, hiddenWeights, hiddenBiases, outputWeights, outputBias }: Model): HTMLElement {
  const most = Math.max(...hiddenWeights.flat().map(Math.abs), 1e-9);
  const units = hiddenBiases.map((_, unit) => `Unit ${unit + 1}`);
  const cell = (value: number, scale: number) => {
    const node = element('td', { 'data-sign': value < 0 ? 'minus' : 'plus' }, spell(value));
    node.style.setProperty('--size', (Math.abs(value) / scale).toFixed(3));
    return node;
  };
  const row = (name: string, values: readonly number[], scale: number) =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => cell(value, scale)));
  const outer = Math.max(...outputWeights.map(Math.abs), 1e-9);
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, 'Weights in force'),
    element(
      'div',
      { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Weights in force' },
      element(
        'table',
        { class: 'weights' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { scope: 'col' }, 'Input'),
            ...units.map((unit) => element('th', { scope: 'col' }, unit)),
          ),
        ),
        element(
          'tbody',
          {},
          ...features.map((name, input) =>
            row(
              name,
              hiddenWeights.map((weights) => weights[input] ?? 0),
              most,
            ),
          ),
          row('bias', hiddenBiases, most),
          row('to the score', outputWeights, outer),
        ),
      ),
    ),
    element(
      'p',
      { class: 'say hint' },
      `The output begins at ${spell(outputBias)}; a sigmoid makes a score from 0 to 1 of the sum.`,
    ),
  );
}

function spell(value: number): string {
  return Math.abs(value) >= 0.005 ? value.toFixed(2).replace('-', '−') : '0';
}

function percent(value: number): string {
  return `${(value * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
}

function sum(counts: Readonly<Record<string, number>> = {}): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}

function sources({ rows = {}, drawn = {} }: Training): number {
  return Object.keys(rows).length + Object.keys(drawn).length;
}
