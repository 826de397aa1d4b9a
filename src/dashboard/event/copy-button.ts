import { element } from '../dom.ts';
import type { ViewContext } from '../shell/view.ts';

/** Puts a text on the clipboard; where the browser keeps that from the page, the text is shown to be copied by hand. */
export function copyButton(
  label: string,
  what: string,
  text: string,
  toast: ViewContext['toast'],
  kind = 'ghost',
): HTMLElement {
  const button = element('button', { type: 'button', class: kind, 'aria-label': `Copy ${what}` }, label);
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => toast(`Copied ${what}.`),
      () => toast(text),
    );
  });
  return button;
}
