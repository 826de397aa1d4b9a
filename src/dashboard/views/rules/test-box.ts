import type { NumberedEvent } from '../../../actors/contracts.ts';
import { order } from '../../control/ask.ts';
import { element } from '../../dom.ts';
import { button } from '../../controls/button.ts';
import { field, select } from '../../controls/field.ts';
import { notice } from '../../controls/notice.ts';
import { readRequest, writeRequest, type TestRequest } from './read-request.ts';
import { testResult, type TestVerdict } from './test-result.ts';

/** Events to pick from: what a person looks through. */
const PICKED = 60;

const EXAMPLE = 'GET /search?q=1+UNION+SELECT+password+FROM+users HTTP/1.1\nHost: example.com\nUser-Agent: Mozilla/5.0';

interface TestBoxOptions {
  readonly events: () => readonly NumberedEvent[];
  /** The event to begin with, by id. */
  readonly event?: string;
  readonly openRule: (ruleset: string, id: string) => void;
  /** The newest release, and the rulesets of which a draft is not published: it is not what is asked. */
  readonly seq: () => number;
  readonly drafts: readonly string[];
}

/** Asks what would become of a request: nothing is sent on, counted or told. */
export function testBox({ events, event, openRule, seq, drafts }: TestBoxOptions): HTMLElement {
  const text = element('textarea', {
    id: 'test-request',
    rows: '12',
    spellcheck: 'false',
    placeholder: EXAMPLE,
  });
  const ip = element('input', { type: 'text', placeholder: 'any', spellcheck: 'false', autocomplete: 'off' });
  const output = element('div', { class: 'test-output', 'aria-live': 'polite' }, beginning(tryExample));
  const pickable = () =>
    events()
      .filter(({ request }) => request !== undefined)
      .slice(0, PICKED);
  const picker = element('div', {});
  const drawPicker = () => {
    const choices = pickable();
    picker.replaceChildren(
      field(
        'Or pick an event',
        select(
          'Or pick an event',
          [
            ['', choices.length === 0 ? 'No events yet' : 'Recent events'],
            ...choices.map((one): readonly [string, string] => [one.id, nameEvent(one)]),
          ],
          '',
          pick,
        ),
      ),
    );
  };

  function pick(id: string): void {
    const found = events().find((one) => one.id === id);
    if (found === undefined) return;
    text.value = writeRequest(requestOf(found));
    ip.value = found.client?.ip ?? '';
    output.replaceChildren(
      notice(
        'An event holds the request’s line and browser, with secrets taken out, but neither body nor other headers: add what matters.',
      ),
    );
  }

  async function run(): Promise<void> {
    const read = readRequest(text.value);
    if (!read.ok) return output.replaceChildren(notice(read.problem, 'problem'));
    const from = ip.value.trim() === '' ? {} : { ip: ip.value.trim() };
    const reply = await order<TestVerdict>('/admin/rules/test', { ...read.request, ...from });
    output.replaceChildren(
      reply.kind === 'ok'
        ? testResult(reply.value, openRule)
        : notice(
            [reply.headline, ...reply.problems.map(({ path, message }) => `${path}: ${message}`)].join(' '),
            'problem',
          ),
    );
  }

  function tryExample(): Promise<void> {
    text.value = EXAMPLE;
    return run();
  }

  text.addEventListener('keydown', (press) => {
    if (press.key === 'Enter' && (press.ctrlKey || press.metaKey)) void run();
  });
  picker.addEventListener('focusin', () => {
    // A list that is open must not change under the hand, so it is filled when it is come to.
    if (picker.querySelector('select')?.options.length !== pickable().length + 1) drawPicker();
  });
  drawPicker();
  if (event !== undefined) pick(event);
  return element(
    'div',
    { class: 'test-box' },
    element(
      'form',
      { class: 'test-form' },
      field('A request, a curl command or an address', text),
      element('div', { class: 'test-more' }, picker, field('From address', ip), button('Test', run, 'primary')),
      ...(drafts.length === 0 ? [] : [leftOut(drafts, seq())]),
    ),
    output,
  );
}

function leftOut(drafts: readonly string[], seq: number): HTMLElement {
  const release = seq === 0 ? 'the built-in release' : `release ${seq}`;
  const which = `your ${drafts.length === 1 ? 'draft' : 'drafts'} of ${drafts.join(', ')}`;
  const left = drafts.length === 1 ? 'is not among them' : 'are not among them';
  return notice(`Asks the rules in force (${release}): ${which} ${left}. A dry run in the editor tries a draft.`);
}

/** What stands where the result will: the box explains itself. */
function beginning(tryExample: () => Promise<void>): HTMLElement {
  return element(
    'div',
    { class: 'card test-beginning' },
    element('h2', {}, 'What would become of a request?'),
    notice(
      'Paste one, or a curl command, or an address, and see which rules match, on what, and what the shield would do. Nothing is sent on, counted or told. Ctrl and Enter test.',
    ),
    element('div', { class: 'acts' }, button('Test this example', tryExample)),
  );
}

function nameEvent({ at, outcome, request }: NumberedEvent): string {
  return `${new Date(at).toLocaleTimeString()} ${outcome} ${request?.method ?? ''} ${request?.path.slice(0, 70) ?? ''}`;
}

function requestOf({ request }: NumberedEvent): TestRequest {
  if (request === undefined) return { path: '/' };
  const { method, host, path, userAgent } = request;
  return { method, path, host, ...(userAgent !== '' && { headers: { 'User-Agent': userAgent } }) };
}
