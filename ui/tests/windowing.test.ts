import { describe, expect, it } from 'vitest';
import { asked, drawn, HEAD, moved, ROW, showing } from '../src/design/grid/windowing';

const height = 10 * ROW + HEAD;

describe('the window asked for', () => {
  it('covers what is on screen and more on both sides', () => {
    for (const scrollTop of [0, 39, 400, 12_345, 799_960]) {
      const { first, count } = asked(scrollTop, height);
      expect(first).toBeLessThanOrEqual(Math.max(0, scrollTop / ROW - 10));
      expect(first + count).toBeGreaterThanOrEqual((scrollTop + height) / ROW + 10);
    }
  });

  it('stays the same while a row is scrolled', () => {
    expect(asked(4000, height)).toEqual(asked(4000 + ROW, height));
  });
});

describe('the rows drawn', () => {
  it('never reach beyond the rows there are', () => {
    expect(drawn(0, height, 3)).toEqual({ first: 0, count: 3 });
    expect(drawn(0, height, 0)).toEqual({ first: 0, count: 0 });
    const last = drawn(1000 * ROW, height, 1000);
    expect(last.first + last.count).toBe(1000);
  });

  it('are few, however many there are', () => {
    expect(drawn(5000 * ROW, height, 20_000).count).toBeLessThan(25);
  });
});

describe('moving the selection', () => {
  it.each([
    ['ArrowDown', 4, 5],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 4, 3],
    ['ArrowUp', 0, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', -1, 99],
    ['PageDown', 0, 9],
    ['PageUp', 5, 0],
    ['Home', 50, 0],
    ['End', 50, 99],
  ])('%s from %i goes to %i', (key, from, to) => {
    expect(moved(key, from, height, 100)).toBe(to);
  });

  it('leaves other keys and empty lists alone', () => {
    expect(moved('a', 0, height, 100)).toBeNull();
    expect(moved('ArrowDown', 0, height, 0)).toBeNull();
  });
});

describe('showing a row', () => {
  it('scrolls no further than needed', () => {
    expect(showing(3, 0, height)).toBe(0);
    expect(showing(10, 0, height)).toBe(ROW);
    expect(showing(2, 400, height)).toBe(2 * ROW);
  });
});
