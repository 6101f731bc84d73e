/** What outside text may do: be read. Folding, addresses, variables, and how a line looks. */
import { describe, expect, it } from 'vitest';
import { fill, unfilled, valuesOf } from '../src/features/sms/canned/fill';
import { find } from '../src/features/sms/canned/find';
import { excerpt, folded } from '../src/features/sms/transcript/fold';
import { linkOf, linksIn } from '../src/features/sms/transcript/links';
import { lookOf, rows } from '../src/features/sms/transcript/lines';
import { library, line, longMessage, session } from '../src/fake/sessions';
import type { LineKind, LineReaders } from '../src/host/types.gen';

describe('a long message', () => {
  it('is folded after a few lines, and says how many there are', () => {
    const { text, rest } = folded(longMessage);
    expect(text.split('\n')).toHaveLength(12);
    expect(rest).toBe('all 10,000 lines');
  });

  it('is folded by characters where it has no lines, and never within one', () => {
    const { text, rest } = folded('x'.repeat(1199) + '🙂'.repeat(500));
    expect(rest).toBe('all 2,199 characters');
    expect(text).not.toMatch(/[\ud800-\udbff]$/);
  });

  it('is left alone where it is short', () => {
    expect(folded('one\ntwo\n')).toEqual({ text: 'one\ntwo\n', rest: null });
  });

  it('is one line on a tile', () => {
    expect(excerpt('  a\n\n b\t c ')).toBe('a b c');
    expect(excerpt(longMessage).length).toBeLessThanOrEqual(160);
  });
});

describe('addresses', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'sotto://x', 'not an address', ''])(
    'that are not of the web get no button: %s',
    (address) => expect(linkOf(address)).toBeNull(),
  );

  it('are found in a text, each once, without the full stop of the sentence', () => {
    const links = linksIn('See https://a.example/x. And (https://a.example/x), http://b.example!', null);
    expect(links.map(({ url }) => url)).toEqual(['https://a.example/x', 'http://b.example/']);
  });

  it('warn of letters that look like others, with the true name', () => {
    const link = linkOf('https://paypаl.example/');
    expect(link?.url).toMatch(/^https:\/\/xn--.*\.example\/$/);
    expect(link?.warnings.join()).toMatch(/can look like others.*xn--/);
    expect(linkOf('https://xn--pypal-4ve.example/')?.warnings.join()).toMatch(/can look like others/);
  });

  it('warn of a name before the @ and of no encryption', () => {
    expect(linkOf('http://bank.example@evil.example/')?.warnings).toEqual([
      'What stands before the @ is not the site. The site is evil.example.',
      'The connection would not be encrypted.',
    ]);
  });

  it('end where something invisible begins', () => {
    expect(linksIn('https://a.example/\u202egpj.exe', null).map(({ url }) => url)).toEqual(['https://a.example/']);
  });
});

describe('a line', () => {
  const kinds: LineKind[] = ['Customer', 'Agent', 'Whisper', 'OwnPublic', 'OwnWhisper', 'System'];
  const readers: LineReaders[] = ['Everyone', 'Agents', 'Supervisors', 'Unknown'];

  it('never looks like a whisper where more than agents could read it, whatever it claims to be', () => {
    for (const kind of kinds)
      for (const who of ['Everyone', 'Unknown'] as const) {
        const look = lookOf(kind, who);
        expect(look.edge).not.toBe('dashed');
        expect(look.readers).not.toContain('only');
      }
  });

  it('is told apart without colour: no two kinds share side, edge, sign and words', () => {
    const looks = [
      lookOf('Customer', 'Everyone'),
      lookOf('Agent', 'Everyone'),
      lookOf('Whisper', 'Agents'),
      lookOf('OwnWhisper', 'Agents'),
      lookOf('OwnPublic', 'Everyone'),
      lookOf('OwnWhisper', 'Unknown'),
      lookOf('System', 'Everyone'),
    ].map((look) => JSON.stringify(look));
    expect(new Set(looks).size).toBe(looks.length);
  });

  it('says of every whisper who sees it', () => {
    for (const kind of ['Whisper', 'OwnWhisper'] as const)
      for (const who of readers) expect(lookOf(kind, who).readers).not.toBe('');
  });

  it('stands after a break where a new day begins', () => {
    const day = new Date(2026, 10, 20, 23, 59).getTime();
    const made = rows([line(1, 'Customer', 'Pat', 'a', day), line(2, 'Customer', 'Pat', 'b', day + 120_000)], []);
    expect(made.map(({ key }) => key)).toEqual(['day 1', 'line 1', 'day 2', 'line 2']);
  });
});

describe('a canned whisper', () => {
  const values = { agent: 'Ana', customer: 'Pat', topic: null };

  it('is filled in once, and never from what was filled in', () => {
    expect(fill('{agent}: ask {customer}', { ...values, agent: '{customer}' }).text).toBe('{customer}: ask Pat');
  });

  it('says which variables stay', () => {
    expect(fill('{topic} for {agent}, {topic}', values)).toMatchObject({
      text: '{topic} for Ana, {topic}',
      missing: ['topic'],
    });
    expect(unfilled('a {topic} b {nothing}')).toEqual(['topic']);
  });

  it('takes names over without what turns text round or hides in it', () => {
    const hostile = session(0, 1, { customer: '\u202ePat\n\u200b<b>', topic: ' \u200f ', agentName: 'x'.repeat(200) });
    expect(valuesOf(hostile)).toEqual({ agent: 'x'.repeat(80), customer: 'Pat <b>', topic: null });
  });

  it('is found by words in group, title or text, accents and case aside', () => {
    expect(find(library, 'BILL refund').map(({ whispers }) => whispers.map(({ title }) => title))).toEqual([
      ['Refund code'],
    ]);
    expect(find(library, '').map(({ name, managed }) => [name, managed])).toEqual([
      ['Billing', false],
      ['Tone', false],
      ['House rules', true],
    ]);
    expect(find(library, 'nowhere')).toEqual([]);
  });
});
