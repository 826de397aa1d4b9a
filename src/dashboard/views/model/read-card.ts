/** A model's card, as far as it is plain: headings, paragraphs, lists and tables. */
export interface Card {
  readonly title: string;
  readonly sections: readonly CardSection[];
}

export interface CardSection {
  readonly title: string;
  readonly blocks: readonly CardBlock[];
}

export type CardBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** The built-in card is 12 kB. A pushed model may carry whatever its maker wrote, and the page must stand it. */
const LENGTH = 64_000;

/**
 * Reads the Markdown that `npm run model:evaluate` writes; whatever else there is in it is text. Lines of one paragraph, or of one item of
 * a list, belong together; an empty line ends them.
 */
export function readCard(markdown: string): Card {
  let title = '';
  const sections: { title: string; blocks: CardBlock[] }[] = [];
  let chunk: string[] = [];
  const section = () => {
    const last = sections.at(-1);
    if (last !== undefined) return last;
    const first = { title: '', blocks: [] };
    sections.push(first);
    return first;
  };
  const end = () => {
    if (chunk.length > 0) section().blocks.push(...readChunk(chunk));
    chunk = [];
  };
  for (const line of markdown.slice(0, LENGTH).split(/\r?\n/)) {
    const [, marks = '', heading = ''] = /^(#{1,6})\s+(.*?)\s*$/.exec(line) ?? [];
    if (marks === '' && line.trim() !== '') {
      chunk.push(line);
      continue;
    }
    end();
    if (marks === '#') title = heading;
    else if (marks !== '') sections.push({ title: heading, blocks: [] });
  }
  end();
  return { title, sections: sections.filter(({ blocks }) => blocks.length > 0) };
}

/** Lines without an empty one between them: a table, or a paragraph with a list at its end, as either begins. */
function readChunk(lines: readonly string[]): readonly CardBlock[] {
  if (lines[0]?.startsWith('|') === true) return [readTable(lines)];
  const begin = lines.findIndex((line) => line.startsWith('- '));
  const text = (begin < 0 ? lines : lines.slice(0, begin)).map((line) => line.trim()).join(' ');
  const items: string[] = [];
  for (const line of begin < 0 ? [] : lines.slice(begin)) {
    if (line.startsWith('- ')) items.push(line.slice(2).trim());
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return [
    ...(text === '' ? [] : [{ kind: 'text', text } as const]),
    ...(items.length === 0 ? [] : [{ kind: 'list', items } as const]),
  ];
}

function readTable(lines: readonly string[]): CardBlock {
  const [head = [], ...rest] = lines.map((line) =>
    line
      .replace(/^\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim()),
  );
  return { kind: 'table', head, rows: rest.filter((row, at) => at > 0 || !isRule(row)) };
}

/** What stands between head and rows. */
function isRule(row: readonly string[]): boolean {
  return row.every((cell) => /^:?-+:?$/.test(cell));
}
