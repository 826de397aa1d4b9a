/*
 * A script of its own, ahead of the page's modules: the theme stands before anything is painted, and the page's policy
 * allows no script inside the page.
 */
const KEY = 'edgeshield-theme';
const NEXT = { auto: 'dark', dark: 'light', light: 'auto' } as const;
const NAMES = { auto: 'Theme: as the system', dark: 'Theme: dark', light: 'Theme: light' } as const;
const SIGNS = { auto: '◐', dark: '●', light: '○' } as const;
type Theme = keyof typeof NEXT;

function keep(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing shows the theme until the page is left.
  }
}

function kept(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'dark' || theme === 'light' ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

let theme = kept();

function show(button: Element | null): void {
  document.documentElement.dataset['theme'] = theme;
  button?.setAttribute('aria-label', NAMES[theme]);
  button?.setAttribute('title', NAMES[theme]);
  if (button !== null) button.textContent = SIGNS[theme];
}

show(null);
document.addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('theme');
  show(button);
  button?.addEventListener('click', () => {
    theme = NEXT[theme];
    keep(theme);
    show(button);
  });
});
