import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow } from '../src/desk/follow';
import { Mirror, nothing } from '../src/desk/mirror.svelte';
import { FakeHost } from '../src/fake/host';
import { session, talk } from '../src/fake/sessions';
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

describe('the board in the mirror', () => {
  const [one, two] = [session(0, 1), session(0, 2)];

  it('is ordered as Rust says, and what did not change stays the same object', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, { ...nothing, calls: [], board: { order: [one.key, two.key], changed: [one, two] } }));
    const changed = { ...two, unread: 3 };
    mirror.apply(patch(1, 2, { board: { order: [two.key, one.key], changed: [changed] } }));
    expect(mirror.sessions).toEqual([changed, one]);
    expect(mirror.sessions[1]).toBe(one);
    mirror.apply(patch(2, 3, { board: { order: [one.key], changed: [] } }));
    expect(mirror.sessions).toEqual([one]);
  });

  it('is asked for anew where it names a session nobody told of', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, { board: { order: [one.key], changed: [one] } }));
    expect(mirror.apply(patch(1, 2, { board: { order: [one.key, two.key], changed: [] } }))).toBe(false);
    expect(mirror.revision).toBe(1);
  });
});

describe('the transcript in the mirror', () => {
  const lines = talk(0);
  const told = (from: number, more: typeof lines, session = 'a') => ({
    transcript: { session, from, lines: more, reading: false, problem: null },
  });

  it('goes on from where a patch says', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, told(0, lines.slice(0, 4))));
    mirror.apply(patch(1, 2, told(3, lines.slice(5, 7))));
    expect(mirror.transcript?.lines).toEqual([...lines.slice(0, 3), ...lines.slice(5, 7)]);
  });

  it('never goes on from the lines of another session, or from lines it never had', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, told(0, lines)));
    expect(mirror.apply(patch(1, 2, told(2, lines.slice(0, 1), 'b')))).toBe(false);
    expect(mirror.apply(patch(1, 2, told(99, lines)))).toBe(false);
    expect(mirror.transcript?.lines).toBe(lines);
  });

  it('is forgotten at a snapshot', () => {
    const mirror = new Mirror();
    mirror.apply(patch(0, 1, told(0, lines)));
    mirror.apply(patch(0, 2, view));
    expect(mirror.transcript).toBeNull();
  });
});

describe('following the desk', () => {
  const follower = {
    applied: vi.fn(),
    sessionArrived: vi.fn(),
    coachingEnded: vi.fn(),
    openSession: vi.fn(),
    agentAsked: vi.fn(),
    checked: vi.fn(),
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

  it('passes on that a session came, and that its notice was clicked', async () => {
    const { host } = await started();
    host.tell({
      kind: 'sessionArrived',
      session: 'a',
      agentName: 'Ana',
      customer: 'Pat',
      medium: 'Sms',
      audience: 'AgentOnly',
    });
    host.tell({ kind: 'openSession', session: 'a' });
    expect(follower.sessionArrived).toHaveBeenCalledWith(expect.objectContaining({ session: 'a', customer: 'Pat' }));
    expect(follower.openSession).toHaveBeenCalledWith('a');
  });

  it('passes on that the window is asked to close', async () => {
    const { host } = await started();
    host.askToClose();
    expect(follower.closeAsked).toHaveBeenCalledOnce();
    const asked = { named: 'ana', known: true, agents: [] };
    host.tell({ kind: 'agentAsked', asked });
    expect(follower.agentAsked).toHaveBeenCalledWith(asked);
  });
});
