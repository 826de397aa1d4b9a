import { order } from '../../control/ask.ts';
import { element } from '../../dom.ts';
import { expirySelect, ttlOf } from '../../desk/expiry.ts';
import { button } from '../../controls/button.ts';
import { field, textInput } from '../../controls/field.ts';
import { count } from '../../count.ts';
import { readList, type Wanted } from './csv.ts';

/** Each entry is a call and a release of its own; longer lists are for feeds, under Intelligence. */
const LIMIT = 500;
/** Problems that are told; more would bury the first. */
const TOLD = 8;

/** Many ranges at once: pasted, or from a CSV file. */
export function bulkForm(done: () => void): HTMLElement {
  const text = element('textarea', {
    id: 'bulk-text',
    rows: '6',
    spellcheck: 'false',
    placeholder: '203.0.113.7\n198.51.100.0/24, scanner\n2001:db8::/32, abuse, 2027-01-01T00:00:00Z',
  });
  const reason = textInput({ id: 'bulk-reason', maxlength: '200', value: 'bulk import' });
  const expiry = expirySelect('Expiry of lines without one');
  const file = element('input', { id: 'bulk-file', type: 'file', accept: '.csv,.txt,text/csv,text/plain' });
  const result = element('div', { id: 'bulk-result', class: 'result', 'aria-live': 'polite' });
  file.addEventListener('change', () => {
    void take(file.files?.[0]);
  });
  text.addEventListener('input', () => say(preview()));

  async function take(chosen: File | undefined): Promise<void> {
    if (chosen === undefined) return;
    text.value = await chosen.text();
    file.value = '';
    say(preview());
  }

  function say(...content: readonly (Node | string)[]): void {
    result.replaceChildren(...content);
  }

  function preview(): string {
    const { wanted, unread } = readList(text.value);
    if (wanted.length + unread.length === 0) return '';
    const trouble = unread.length === 0 ? '' : `, ${count.format(unread.length)} cannot be read`;
    return `${count.format(wanted.length)} to block${trouble}.`;
  }

  async function run(): Promise<void> {
    const { wanted, unread } = readList(text.value);
    const problems = unread.map(({ line, problem }) => `Line ${line}: ${problem}.`);
    if (wanted.length === 0) return say(problems[0] ?? 'Paste addresses or ranges, one a line.');
    if (wanted.length > LIMIT)
      return say(`At most ${LIMIT} at once: a longer list is better added as a feed, under Intelligence.`);
    let blocked = 0;
    for (const [index, one] of wanted.entries()) {
      say(`Blocking ${index + 1} of ${wanted.length}…`);
      if (typeof one.until === 'number' && one.until <= Date.now()) {
        problems.push(`${one.ip}: its end is over already.`);
        continue;
      }
      const answer = await order<unknown>('/admin/blocklist', bodyOf(one));
      if (answer.kind === 'ok') blocked += 1;
      else if (answer.kind === 'problem') problems.push(`${one.ip}: ${answer.text}`);
      else {
        problems.push(`${one.ip} and what follows: ${answer.text}`);
        break;
      }
    }
    say(
      `${count.format(blocked)} of ${count.format(wanted.length + unread.length)} blocked.`,
      ...(problems.length === 0
        ? []
        : [element('ul', {}, ...problems.slice(0, TOLD).map((problem) => element('li', {}, problem)))]),
    );
    if (problems.length === 0) text.value = '';
    return done();
  }

  function bodyOf({ ip, reason: own, until }: Wanted) {
    const end = typeof until === 'number' ? { ttl_seconds: Math.ceil((until - Date.now()) / 1000) } : {};
    return { ip, reason: own ?? (reason.value.trim() || 'bulk import'), ...(until === null ? ttlOf(expiry) : end) };
  }

  return element(
    'details',
    { id: 'bulk', class: 'card' },
    element('summary', {}, 'Block many at once'),
    field(
      'A range per line; after commas a reason and an end, if it has its own. CSV files from the export fit as they are.',
      text,
    ),
    element(
      'div',
      { class: 'row' },
      field('Reason of lines without one', reason),
      field('Expiry of lines without one', expiry),
      field('Or read a file', file),
      button('Block all', run, 'primary'),
    ),
    result,
  );
}
