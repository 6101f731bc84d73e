/** The transcript of the open session: the lines told so far, and how a patch goes on from them. */
import type { Fault, LineView, TranscriptPatch } from '../host/types.gen';

export interface Transcript {
  readonly session: string;
  readonly lines: readonly LineView[];
  /** Whether earlier lines are still being read. */
  readonly reading: boolean;
  /** Why it may not be whole. */
  readonly problem: Fault | null;
}

/** The transcript after a patch; null where the patch does not build on what is here. */
export function continued(before: Transcript | null, patch: TranscriptPatch): Transcript | null {
  const { session, from, lines, reading, problem } = patch;
  const known = before?.session === session ? before.lines : [];
  if (from > known.length) return null;
  return { session, lines: from === 0 ? lines : [...known.slice(0, from), ...lines], reading, problem };
}
