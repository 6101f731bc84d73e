import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow } from '../src/desk/follow';
import { Mirror, nothing } from '../src/desk/mirror.svelte';
import { FakeHost } from '../src/fake/host';
import type { Patch } from '../src/host/types.gen';

const view = { ...nothing, calls: [], sessions: [] };

function patch(from: number, to: number, change: Partial<Patch> = {}): Patch {
  return { from, to, now: 1000, ...change };
}

describe('the mirror', () => {
  it('takes a snapshot over whatever the revision was', () => {
    const mirror = new Mirror();
    expect(mirror.apply(patch(0, 7, view))).toBe(true);
    expect(mirror.apply(patch(0, 3, view))).toBe(true);
    expect(mirror.revision).toBe(3);
    expect(mirror.snapshots).toBe(2);
  });

  it('replaces the sections a patch brings and keeps the others as they are', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, view));
    const { link } = mirror;
    mirror.apply(patch(1, 2, { coaching: { ...nothing.coaching, phase: 'Armed' } }));
    expect(mirror.coaching.phase).toBe('Armed');
    expect(mirror.link).toBe(link);
  });

  it('refuses a patch that does not build on its revision and stays unchanged', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, view));
    expect(mirror.apply(patch(2, 3, { coaching: { ...nothing.coaching, phase: 'Live' } }))).toBe(false);
    expect(mirror.coaching.phase).toBe('Idle');
    expect(mirror.revision).toBe(1);
  });
});

describe('following the desk', () => {
  const follower = {
    applied: vi.fn(),
    sessionArrived: vi.fn(),
    openSession: vi.fn(),
    closeAsked: vi.fn(),
    failed: vi.fn(),
  };
  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function started() {
    const host = new FakeHost(view);
    const mirror = new Mirror();
    const stop = follow(host, mirror, follower);
    await vi.advanceTimersByTimeAsync(20);
    return { host, mirror, stop };
  }

  it('acknowledges what it applied on the next frame, and not before', async () => {
    const { host } = await started();
    expect(host.argsOf('desk.acknowledge')).toEqual([{ revision: 1 }]);
    host.change({ calls: [] });
    expect(host.argsOf('desk.acknowledge')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(host.argsOf('desk.acknowledge').at(-1)).toEqual({ revision: 2 });
  });

  it('acknowledges once a frame, the newest revision', async () => {
    const { host } = await started();
    host.change({ calls: [] });
    host.change({ calls: [] });
    host.change({ calls: [] });
    await vi.advanceTimersByTimeAsync(20);
    expect(host.argsOf('desk.acknowledge')).toEqual([{ revision: 1 }, { revision: 4 }]);
  });

  it('gives its credit without a frame when the window paints none', async () => {
    vi.stubGlobal('requestAnimationFrame', () => 0);
    const { host } = await started();
    expect(host.argsOf('desk.acknowledge')).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(host.argsOf('desk.acknowledge')).toEqual([{ revision: 1 }]);
    vi.unstubAllGlobals();
  });

  it('subscribes again at a gap, and goes on from the new snapshot', async () => {
    const { host, mirror } = await started();
    host.send(patch(5, 6, { calls: [] }));
    expect(host.subscriptions).toBe(2);
    await vi.advanceTimersByTimeAsync(20);
    expect(mirror.snapshots).toBe(2);
    expect(mirror.revision).toBe(2);
  });

  it('hears nothing more after it stopped', async () => {
    const { host, mirror, stop } = await started();
    stop();
    host.change({ coaching: { ...nothing.coaching, phase: 'Live' } });
    expect(mirror.coaching.phase).toBe('Idle');
  });

  it('passes on that the window is asked to close', async () => {
    const { host } = await started();
    host.askToClose();
    expect(follower.closeAsked).toHaveBeenCalledOnce();
  });
});
