import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCard, type CardBlock } from '../../../src/dashboard/views/model/read-card.ts';

const markdown = readFileSync(new URL('../../../model/CARD.md', import.meta.url), 'utf8');
const built = readCard(markdown.slice(markdown.indexOf('## ')));

describe('the card of a model', () => {
  test('of the built-in one has what it is, its data, how it was measured and its limits, and no mark of Markdown is left', () => {
    expect(readCard(markdown).title).toMatch(/^Model card: mlp/);
    expect(built.sections.map(({ title }) => title)).toEqual([
      'What it is',
      'Data',
      'Held out',
      'Calibration',
      'Limits',
    ]);
    const texts = built.sections.flatMap(({ blocks }) => blocks.flatMap(textsOf));
    for (const text of texts) expect(text).not.toMatch(/^[#|-]|\||\n/);
    expect(texts.join(' ').split('`').length % 2).toBe(1);
    const limits = built.sections.at(-1)?.blocks[0];
    expect(limits?.kind === 'list' && limits.items.length).toBeGreaterThan(3);
    const tables = built.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'table'));
    expect(tables.length).toBeGreaterThan(4);
    for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
  });

  test('is read as text, list and table; what follows an item belongs to it', () => {
    const card = 'Before\r\n\r\n# T\n## One\n\na\nb:\n- x\n  more\n- y\n\n| h | i |\n|---|--:|\n| 1 | - |\n## Empty\n';
    expect(readCard(card)).toEqual({
      title: 'T',
      sections: [
        { title: '', blocks: [{ kind: 'text', text: 'Before' }] },
        {
          title: 'One',
          blocks: [
            { kind: 'text', text: 'a b:' },
            { kind: 'list', items: ['x more', 'y'] },
            { kind: 'table', head: ['h', 'i'], rows: [['1', '-']] },
          ],
        },
      ],
    });
  });

  test('takes whatever a maker wrote: markup stays text, and what is too long is cut', () => {
    const [section] = readCard('<img src=x onerror=alert(1)>').sections;
    expect(section?.blocks).toEqual([{ kind: 'text', text: '<img src=x onerror=alert(1)>' }]);
    expect(readCard('')).toEqual({ title: '', sections: [] });
    expect(JSON.stringify(readCard('word '.repeat(100_000))).length).toBeLessThan(65_000);
  });
});

function textsOf(block: CardBlock): readonly string[] {
  if (block.kind === 'text') return [block.text];
  return block.kind === 'list' ? block.items : [...block.head, ...block.rows.flat()];
}
