import { element } from '../dom.ts';

/** Asks before something that cannot be taken back; true when it is to be done. Escape and Cancel are the same. */
export function confirm(title: string, text: string, yes: string): Promise<boolean> {
  const cancel = element('button', { type: 'button', autofocus: '' }, 'Cancel');
  const go = element('button', { type: 'button', class: 'danger' }, yes);
  const dialog = element(
    'dialog',
    { class: 'card', 'aria-label': title },
    element('h2', {}, title),
    element('p', {}, text),
    element('div', { class: 'choices' }, cancel, go),
  );
  const host = document.querySelector('#view > .status') ?? document.body;
  host.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    cancel.addEventListener('click', () => dialog.close());
    go.addEventListener('click', () => dialog.close('yes'));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
