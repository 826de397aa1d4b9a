import type { Problem } from '../../parse.ts';
import { element } from '../dom.ts';
import { sayBriefly } from '../json-editor/brief.ts';
import type { JsonEditor } from '../json-editor/editor.ts';
import { button } from '../controls/button.ts';

/** What is wrong with a draft; each problem leads to its place. */
export function problemList(title: string, problems: readonly Problem[], editor: JsonEditor): HTMLElement {
  const rows = problems.map(({ path, message }) => {
    const said = sayBriefly(message);
    if (path === '') return element('li', {}, said);
    const place = button(
      path,
      () => {
        editor.show(path);
        editor.focus();
      },
      'link',
    );
    return element('li', {}, place, ` ${said}`);
  });
  return element('div', { class: 'say problem', role: 'alert' }, element('p', {}, title), element('ul', {}, ...rows));
}
