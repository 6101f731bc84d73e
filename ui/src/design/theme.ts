/** Puts the chosen theme on the page and, where the system decides, follows it; gives back how to stop. */
import type { Theme } from '../host/types.gen';

export function followTheme(theme: Theme): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  };
  show();
  dark.addEventListener('change', show);
  return () => dark.removeEventListener('change', show);
}
