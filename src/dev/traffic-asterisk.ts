/** Calls of a Swiss company's Asterisk, in the JSON of its two Kafka modules and as CSV lines. */
import type { Scenario, Scene, TrafficRecord } from './traffic-record.ts';

/** One row of the switch's CDR, before a module writes it. */
interface Row {
  readonly src: string;
  readonly dst: string;
  readonly dcontext: string;
  readonly clid: string;
  readonly dstchannel: string;
  readonly seconds: number;
  readonly billsec: number;
  readonly disposition: 'ANSWERED' | 'NO ANSWER' | 'BUSY' | 'FAILED';
}

/** Swiss callers as the trunk sends them: national, with 00, with plus. */
const CALLERS = ['0315550179', '0041445550101', '+41215550123', '0795550188', '00493055501234'] as const;
/** The integers that cdr_kafka (braams) writes. */
const DISPOSITIONS = { ANSWERED: 8, 'NO ANSWER': 0, BUSY: 4, FAILED: 2 } as const;
const ZONE_OFFSET_HOURS = 1;

export const asteriskScenarios: readonly Scenario[] = [
  { weight: 8, records: (scene) => [braams(scene, row(scene), 'enriched')] },
  { weight: 8, records: (scene) => [vsgroup(scene, row(scene), 'enriched')] },
  { weight: 5, records: (scene) => [csv(scene, row(scene), 'enriched')] },
  { weight: 4, records: (scene) => [vsgroup(scene, lost(scene), 'enriched')] },
  {
    weight: 3,
    records: (scene) => [braams(scene, { ...row(scene), src: 'anonymous', clid: 'anonymous' }, 'skipped withheld')],
  },
  { weight: 4, records: (scene) => [vsgroup(scene, internal(scene), 'skipped not-inbound')] },
  { weight: 3, records: queue },
  { weight: 2, records: (scene) => [text(scene, channelEvent(scene), 'buried no-call-record')] },
  { weight: 1, records: (scene) => [text(scene, line(scene, row(scene)).slice(0, -1), 'buried undecodable')] },
];

/** A queue with two members: the first is busy, the second answers. Both rows are of one call. */
function queue(scene: Scene): readonly TrafficRecord[] {
  const answered = row(scene);
  const busy: Row = { ...answered, billsec: 0, disposition: 'BUSY', dstchannel: 'PJSIP/100-00000007' };
  return [vsgroup(scene, busy, 'folded joined'), vsgroup(scene, answered, 'enriched')];
}

function row(scene: Scene): Row {
  const src = scene.oneOf(CALLERS);
  const billsec = 3 + scene.pick(300);
  return {
    src,
    dst: scene.oneOf(['s', '100', '0445550100']),
    dcontext: scene.oneOf(['from-trunk', 'from-pstn', 'incoming']),
    clid: `"${scene.oneOf(['Muster, Hans', 'R "Rolf" Keller', 'Zürich'])}" <${src}>`,
    dstchannel: 'PJSIP/200-00000002',
    seconds: billsec + 6,
    billsec,
    disposition: 'ANSWERED',
  };
}

function lost(scene: Scene): Row {
  const disposition = scene.oneOf<Row['disposition']>(['NO ANSWER', 'BUSY', 'FAILED']);
  return { ...row(scene), seconds: 18, billsec: 0, disposition };
}

function internal(scene: Scene): Row {
  return { ...row(scene), src: '100', dst: '200', dcontext: 'from-internal', clid: '"Alice" <100>' };
}

/** cdr_kafka of braams: integers for words, local times without a zone. */
function braams(scene: Scene, call: Row, end: string): TrafficRecord {
  const { seconds, ...rest } = call;
  const value = {
    ...rest,
    ...times(scene, call, local),
    duration: seconds,
    disposition: DISPOSITIONS[call.disposition],
    amaflags: 3,
    channel: 'PJSIP/trunk-00000001',
    lastapp: 'Queue',
    uniqueid: linkedId(scene),
    linkedid: linkedId(scene),
    sequence: 1,
  };
  return text(scene, JSON.stringify(value), end);
}

/** cdr_kafka of vsgroup: words, and offsets without a colon. */
function vsgroup(scene: Scene, call: Row, end: string): TrafficRecord {
  const { seconds, ...rest } = call;
  const value = {
    ...rest,
    ...times(scene, call, (at) => `${local(at).replace(' ', 'T')}.000+0${ZONE_OFFSET_HOURS}00`),
    durationsec: seconds,
    amaflags: 'DOCUMENTATION',
    channel: 'PJSIP/trunk-00000001',
    lastapp: 'Dial',
    linkedid: linkedId(scene),
    sequence: 0,
    SystemName: 'pbx-zrh-1',
  };
  return text(scene, JSON.stringify(value), end);
}

function csv(scene: Scene, call: Row, end: string): TrafficRecord {
  return text(scene, line(scene, call), end);
}

/** cdr_csv with uniqueid and an empty userfield; quotes are doubled, and one field has a line of its own. */
function line(scene: Scene, call: Row): string {
  const { start, answer, end } = times(scene, call, local);
  const quoted = [
    '',
    call.src,
    call.dst,
    call.dcontext,
    call.clid,
    'PJSIP/trunk-00000001',
    call.dstchannel,
    'Dial',
    'PJSIP/200,\n30',
    start,
    answer,
    end,
  ];
  const cells = quoted.map((cell) => `"${cell.replaceAll('"', '""')}"`);
  return [
    ...cells,
    call.seconds,
    call.billsec,
    `"${call.disposition}"`,
    '"DOCUMENTATION"',
    `"${linkedId(scene)}"`,
    '""',
  ].join(',');
}

/** A channel event of CEL on the same topic: no call-detail record. */
function channelEvent(scene: Scene): string {
  return JSON.stringify({ event: 'CHAN_START', eventtime: `${scene.startedAt / 1000}`, linkedid: linkedId(scene) });
}

function times(scene: Scene, { seconds, billsec, disposition }: Row, write: (at: number) => string) {
  const end = scene.startedAt + seconds * 1000;
  return {
    start: write(scene.startedAt),
    answer: disposition === 'ANSWERED' ? write(end - billsec * 1000) : '',
    end: write(end),
  };
}

function local(at: number): string {
  return new Date(at + ZONE_OFFSET_HOURS * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function linkedId(scene: Scene): string {
  return `${Math.floor(scene.startedAt / 1000)}.${scene.id}`;
}

function text(scene: Scene, value: string, end: string): TrafficRecord {
  return { source: 'asterisk', key: scene.id, value: { kind: 'text', text: value }, end };
}
