import { order } from '../../control/ask.ts';
import { element } from '../../dom.ts';
import { expirySelect, ttlOf } from '../../desk/expiry.ts';
import { button } from '../../controls/button.ts';
import { field, textInput } from '../../controls/field.ts';
import { count } from '../../count.ts';
import { keepLines, readList, type Unread, type Wanted } from './csv.ts';

/** Each entry is a call and a release of its own; longer lists are for feeds, under Intelligence. */
const LIMIT = 500;
/** Problems that are told; more would bury the first. */
const TOLD = 8;

/** Of an entry that an old export holds. */
const OVER = { kind: 'problem', text: 'its end is over already' } as const;

function isOver({ until }: Wanted): boolean {
  return typeof until === 'number' && until <= Date.now();
}

function sayUnread({ line, text, problem }: Unread): string {
  return `Line ${line}, ${text}: ${problem}.`;
}

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
  text.addEventListener('input', preview);

  async function take(chosen: File | undefined): Promise<void> {
    if (chosen === undefined) return;
    text.value = await chosen.text();
    file.value = '';
    preview();
  }

  /** `problems`: what cannot be done, one line each. */
  function say(said: string, problems: readonly string[] = []): void {
    const more = problems.length - TOLD;
    result.dataset['phase'] = problems.length > 0 ? 'problem' : '';
    result.replaceChildren(
      said,
      ...(problems.length === 0
        ? []
        : [element('ul', {}, ...problems.slice(0, TOLD).map((problem) => element('li', {}, problem)))]),
      ...(more > 0 ? [`and ${count.format(more)} more.`] : []),
    );
  }

  /** The lines as they stand, before anything is sent. */
  function preview(): void {
    const { wanted, unread } = readList(text.value);
    if (wanted.length + unread.length === 0) return say('');
    const trouble = unread.length === 0 ? '' : `, ${count.format(unread.length)} that cannot be`;
    say(`${count.format(wanted.length)} to block${trouble}.`, unread.map(sayUnread));
  }

  async function run(): Promise<void> {
    const sent = text.value;
    const { wanted, unread } = readList(sent);
    const problems = unread.map(sayUnread);
    if (wanted.length === 0) {
      return problems.length === 0
        ? say('Paste addresses or ranges, one a line.')
        : say('None of the lines can be blocked.', problems);
    }
    if (wanted.length > LIMIT)
      return say('', [`At most ${LIMIT} at once: a longer list is better added as a feed, under Intelligence.`]);
    const refused = new Set(unread.map(({ line }) => line));
    let blocked = 0;
    for (const [index, one] of wanted.entries()) {
      say(`Blocking ${index + 1} of ${wanted.length}…`);
      const answer = isOver(one) ? OVER : await order<unknown>('/admin/blocklist', bodyOf(one));
      if (answer.kind === 'ok') {
        blocked += 1;
        continue;
      }
      refused.add(one.line);
      if (answer.kind === 'problem') {
        problems.push(`${one.ip}: ${answer.text}`);
        continue;
      }
      problems.push(`${one.ip} and what follows: ${answer.text}`);
      for (const { line } of wanted.slice(index + 1)) refused.add(line);
      break;
    }
    // What was written meanwhile is not of this list.
    if (text.value === sent) text.value = refused.size === 0 ? '' : keepLines(sent, refused);
    const left = refused.size === 0 ? '' : ' The others are left above.';
    say(`${count.format(blocked)} of ${count.format(wanted.length + unread.length)} blocked.${left}`, problems);
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
