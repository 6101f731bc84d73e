/** The language of the computer, as libraries ask the browser for it. */

/** WebKit calls the language of a computer without one "C", which `Intl` refuses: uPlot does not even load then. */
export function nameALanguage(of: Navigator = navigator): void {
  try {
    Intl.getCanonicalLocales(of.language);
  } catch {
    Object.defineProperty(of, 'language', { value: 'en', configurable: true });
  }
}
