import { element } from '../dom.ts';
import { shortcuts } from './keys.ts';

/** The keys that work where the operator is. */
export function openHelp(): void {
  const list = element('dl', { class: 'tw:grid tw:grid-cols-[max-content_1fr] tw:gap-x-4 tw:gap-y-2 tw:my-4' });
  for (const { key, title } of shortcuts()) {
    list.append(element('dt', {}, element('kbd', {}, key)), element('dd', { class: 'tw:m-0' }, title));
  }
  list.append(
    element('dt', {}, element('kbd', {}, 'Enter')),
    element('dd', { class: 'tw:m-0' }, 'Open what is in focus'),
  );
  const close = element('button', { type: 'button' }, 'Close');
  const dialog = element(
    'dialog',
    {
      id: 'help',
      class: 'card tw:m-auto tw:w-[min(24rem,calc(100vw-2rem))] tw:text-text',
      'aria-labelledby': 'help-title',
    },
    element('h2', { id: 'help-title' }, 'Keys'),
    list,
    close,
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
