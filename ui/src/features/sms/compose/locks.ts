/** Why a composer is locked, as a sentence. */
import type { Composer, Lock } from '../../../desk/composing.svelte';
import type { SessionView } from '../../../host/types.gen';
import { readershipWords } from '../../../words/written';

export function lockSentence(lock: Lock, composer: Composer, session: SessionView): string {
  switch (lock.why) {
    case 'over':
      return 'This session is over. Your text is kept and can be copied.';
    case 'offline':
      return 'There is no live link to the server, so nobody could say who reads this. Your text is kept.';
    case 'notOffered':
      return composer === 'public' ? notPublic(session) : notWhisper(session);
    case 'readersChanged':
      return `Who reads you has changed: when you began, ${before(lock.from)}; now ${readershipWords[lock.to]}.`;
  }
}

function notPublic({ readership, acts }: SessionView): string {
  if (acts.publicBarred !== null) return `${acts.publicBarred} Your text is kept.`;
  return readership === 'Everyone'
    ? 'The server does not let you write to everyone now. Your text is kept.'
    : 'You can no longer write to everyone here. Your text is kept; it becomes no whisper.';
}

function notWhisper({ phase, readership, acts }: SessionView): string {
  if (acts.whisperBarred !== null) return `${acts.whisperBarred} Your text is kept.`;
  if (phase === 'Invited') return 'Accept the invitation first.';
  if (phase === 'Joining') return 'You are on the way in. Your text is kept.';
  if (phase === 'Leaving') return 'You asked to leave. Your text is kept.';
  if (readership === 'Supervisors')
    return 'You only listen in: a whisper would show the agent that you do. Coach to whisper. Your text is kept.';
  return 'The server does not let you whisper here now. Your text is kept.';
}

function before(readership: keyof typeof readershipWords): string {
  return readershipWords[readership].replace(' now', '').replace('reads you', 'read you');
}
