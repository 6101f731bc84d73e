import { describe, expect, it } from 'vitest';
import { ago, duration, latency } from '../src/words/time';

describe('times', () => {
  it.each([
    [0, '0:00'],
    [-5000, '0:00'],
    [41_999, '0:41'],
    [3_599_000, '59:59'],
    [3_600_000, '1:00:00'],
    [36_061_000, '10:01:01'],
  ])('%i ms as a duration is %s', (milliseconds, shown) => expect(duration(milliseconds)).toBe(shown));

  it.each([
    [-100, 'just now'],
    [14_200, '14 s ago'],
    [125_000, '2 min ago'],
    [7_300_000, '2 h ago'],
  ])('%i ms ago is %s', (milliseconds, shown) => expect(ago(milliseconds)).toBe(shown));

  it.each([
    [38, '38 ms'],
    [800, '0.8 s'],
    [64_000, '1:04'],
  ])('%i ms as a latency is %s', (milliseconds, shown) => expect(latency(milliseconds)).toBe(shown));
});
