/** Agents for the scenes: some with names that try to break out. */
import type { AgentRow, FloorView, StateKind, WhyNot } from '../host/types.gen';
import { stateName } from '../words/names';

type Person = [
  name: string,
  kind: StateKind,
  seconds: number,
  group: string,
  number: string,
  whyNot?: WhyNot,
  heldBy?: string,
];

const FLOOR: Person[] = [
  ['Ana Núñez', 'OnCall', 252, 'Billing East', '6001'],
  ['Bo Li', 'Ready', 41, 'Billing East', '6002'],
  ['Chidi Okafor', 'Ready', 70, 'Billing East', '6003'],
  ['Dana O’Hara', 'OnCall', 712, 'Billing West', '6004'],
  ['Eun Kim', 'OnCall', 362, 'Billing West', '6005'],
  ['Fatima Al-Zahra', 'AfterCall', 19, 'Billing West', '6006'],
  ['Goran Ilić', 'NotReady', 1443, 'Retention', '6007'],
  ['Hana Suzuki', 'Ready', 213, 'Retention', '6008'],
  ['Ivo Marić', 'OnCall', 168, 'Retention', '6009', 'Held'],
  ['Jae Park', 'LoggedOut', 4000, 'Retention', '', 'NoPhone'],
  ['Kai Berg', 'OnCall', 7, 'Sales', '6011'],
  ['Lea Roth', 'Ready', 321, 'Sales', '6012', 'Held', 'M. Soto'],
  ['Mona Haddad', 'NotReady', 122, 'Sales', '6013'],
  ['Nils Dahl', 'OnCall', 580, 'Sales', '6014'],
  ['Ola Nowak', 'Ready', 2, 'Sales', '6015'],
  ['Pia Lund', 'LoggedOut', 9000, 'Sales', '6016', 'LoggedOut'],
  ['عمر الفاروق', 'Ready', 4102, 'Sales', '6017'],
  [
    'Quentin Baptiste de la Rochefoucauld-Montmorency',
    'NotReady',
    30,
    'Billing East and Overflow',
    '6018',
    'PhoneNotRegistered',
  ],
];

/** Names that are text and must stay text. */
export const HOSTILE: Person[] = [
  ['<img src=x onerror="document.title=1">', 'Ready', 3, '<b>Group</b>', '6101'],
  ['<script>document.title=1</script>', 'OnCall', 9, 'Sales', '6102'],
  ['\u202eevil\u202c {name}', 'Ready', 12, '${group}', '6103'],
];

export function agents(now: number, people: Person[] = FLOOR): AgentRow[] {
  return people.map(([name, kind, seconds, group, number, whyNot, heldBy], index) => ({
    id: `agent-${index + 1}`,
    name,
    state: { kind, label: stateName[kind], since: now - seconds * 1000, exact: index % 5 !== 3 },
    group,
    number,
    whyNot: whyNot ?? null,
    heldBy: heldBy ?? null,
    mine: null,
    confirmed: now - 900,
    stale: false,
  }));
}

/** A floor of any size, the same people over and over under numbered names. */
export function crowd(now: number, count: number): AgentRow[] {
  const people = agents(now);
  return Array.from({ length: count }, (_, index) => {
    const row = people[index % people.length]!;
    return { ...row, id: `agent-${index + 1}`, name: `${row.name} ${index + 1}`, number: String(6001 + index) };
  });
}

export function floorOf(rows: AgentRow[], now: number): FloorView {
  const count = <K>(key: (row: AgentRow) => K) => {
    const counts = new Map<K, number>();
    for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
    return [...counts];
  };
  return {
    total: rows.length,
    states: count((row) => row.state.kind).map(([kind, number]) => ({ kind, count: number })),
    groups: count((row) => row.group).map(([name, number]) => ({ name, count: number })),
    source: 'Users',
    read: now - 900,
    problem: null,
  };
}
