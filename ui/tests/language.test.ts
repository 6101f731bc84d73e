import { expect, it } from 'vitest';
import { nameALanguage } from '../src/features/journal/coverage/language';

it('gives a computer without a language one that numbers can be written in', () => {
  const bare = { language: 'C' } as Navigator;
  expect(() => new Intl.NumberFormat(bare.language)).toThrow(RangeError);
  nameALanguage(bare);
  expect(() => new Intl.NumberFormat(bare.language)).not.toThrow();
});

it('leaves the language of everybody else alone', () => {
  const spanish = { language: 'es-ES' } as Navigator;
  nameALanguage(spanish);
  expect(spanish.language).toBe('es-ES');
});
