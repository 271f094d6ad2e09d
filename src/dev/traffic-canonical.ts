/** Calls of a company that writes the canonical record itself, in Avro and now and then in JSON. */
import type { CanonicalRecord, Scenario, Scene, TrafficRecord, TrafficValue } from './traffic-record.ts';

/** Callers that the simulator knows, as producers write them: E.164, national, with 011, with a bracket. */
const KNOWN_CALLERS = [
  '+12025550143',
  '(312) 555-0177',
  '011 44 1632 960123',
  '+14155550132',
  'tel:+447700900123',
  '305-555-0199',
] as const;
const MAIN_NUMBER = '+12125550100';

export const canonicalScenarios: readonly Scenario[] = [
  { weight: 24, records: (scene) => one(scene, answered(scene, known(scene)), 'enriched') },
  { weight: 14, records: (scene) => one(scene, answered(scene, stranger(scene)), 'enriched') },
  { weight: 8, records: (scene) => one(scene, unanswered(scene), 'enriched') },
  { weight: 4, records: (scene) => asJson(scene, answered(scene, known(scene)), 'enriched') },
  { weight: 5, records: (scene) => one(scene, answered(scene, withheld(scene)), 'skipped withheld') },
  { weight: 3, records: (scene) => one(scene, answered(scene, '+12025550***'), 'skipped masked') },
  {
    weight: 5,
    records: (scene) => one(scene, { ...answered(scene, MAIN_NUMBER), direction: 'outbound' }, 'skipped not-inbound'),
  },
  {
    weight: 3,
    records: (scene) => one(scene, { ...answered(scene, known(scene)), status: 'RINGING' }, 'skipped not-final'),
  },
  {
    weight: 2,
    records: (scene) => one(scene, { ...answered(scene, known(scene)), channel: 'chat' }, 'skipped not-voice'),
  },
  {
    weight: 2,
    records: (scene) =>
      one(scene, { ...answered(scene, known(scene)), parentId: `p-${scene.id}` }, 'skipped child-leg'),
  },
  { weight: 1, records: (scene) => [record(scene, { kind: 'tombstone' }, 'skipped tombstone')] },
  { weight: 2, records: redelivered },
  { weight: 2, records: revised },
  { weight: 1, records: (scene) => one(scene, answered(scene, '+12345'), 'buried unusable-number') },
  {
    weight: 1,
    records: (scene) => [
      record(scene, { kind: 'cut-avro', record: answered(scene, known(scene)) }, 'buried undecodable'),
    ],
  },
  { weight: 1, records: (scene) => [record(scene, { kind: 'unknown-schema' }, 'buried unknown-schema')] },
  {
    weight: 1,
    records: (scene) => [record(scene, { kind: 'text', text: '{"id": "half a rec' }, 'buried undecodable')],
  },
];

/** The producer retried: the same record twice. */
function redelivered(scene: Scene): readonly TrafficRecord[] {
  const value = { kind: 'avro', record: answered(scene, known(scene)) } as const;
  return [record(scene, value, 'enriched'), record(scene, value, 'skipped duplicate')];
}

/** The call was written again with a corrected talk time. */
function revised(scene: Scene): readonly TrafficRecord[] {
  const first = answered(scene, known(scene));
  const second = { ...first, talkSeconds: Number(first.talkSeconds) + 1 };
  return [...one(scene, first, 'enriched'), ...one(scene, second, 'skipped revision')];
}

function answered(scene: Scene, from: string | null): CanonicalRecord {
  const talkSeconds = 5 + scene.pick(600);
  return {
    id: `call-${scene.id}`,
    direction: 'inbound',
    from,
    to: MAIN_NUMBER,
    status: 'COMPLETED',
    startedAt: scene.startedAt,
    answeredAt: scene.startedAt + 4_000,
    endedAt: scene.startedAt + 4_000 + talkSeconds * 1000,
    talkSeconds,
  };
}

function unanswered(scene: Scene): CanonicalRecord {
  const status = scene.oneOf(['MISSED', 'BUSY', 'NO_ANSWER', 'CANCELED']);
  const cause = status === 'BUSY' ? { q850Cause: 17 } : {};
  return { ...answered(scene, known(scene)), ...cause, status, answeredAt: null, talkSeconds: 0 };
}

const known = (scene: Scene) => scene.oneOf(KNOWN_CALLERS);
const stranger = (scene: Scene) => `+1202555${String(100 + scene.pick(100)).padStart(4, '0')}`;
const withheld = (scene: Scene) => scene.oneOf(['anonymous', 'Anonymous', 'unknown', '', null]);

function one(scene: Scene, value: CanonicalRecord, end: string): readonly TrafficRecord[] {
  return [record(scene, { kind: 'avro', record: value }, end)];
}

function asJson(scene: Scene, value: CanonicalRecord, end: string): readonly TrafficRecord[] {
  return [record(scene, { kind: 'text', text: JSON.stringify(value) }, end)];
}

function record(scene: Scene, value: TrafficValue, end: string): TrafficRecord {
  return { source: 'canonical', key: scene.id, value, end };
}
