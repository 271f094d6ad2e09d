/** The promises, held against the evidence. Pure: what it is given is all that there is to know. */
import type { Coordinates, End, Ledger } from './ledger.ts';

export type InDoubtMode = 'verify' | 'resubmit';

export interface Evidence {
  readonly ledger: Ledger;
  /** Engagements that the CRM has made, by external call id. */
  readonly engagements: ReadonlyMap<string, number>;
  /** Records that a commit passed before they had an end. */
  readonly passed: readonly Coordinates[];
  /** Output records that do not say what ended, one sentence each. */
  readonly unreadable: readonly string[];
  /** Records of the source that are not committed at rest, after all instances have left. */
  readonly uncommitted: number;
  readonly inDoubt: {
    readonly mode: InDoubtMode;
    /** Calls that may have been submitted without anybody knowing: at kills and freezes, and by cut answers. */
    readonly most: number;
  };
}

/** A count that a promise is about, and what was found when it is broken, one sentence each. */
export interface Finding {
  readonly name: string;
  readonly count: number;
  readonly unit: string;
  readonly broken: readonly string[];
}

/** Repeats are allowed, and only counted. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly repeated: number;
  /** Engagements beyond the first of a call. */
  readonly extraEngagements: number;
}

export function judge(evidence: Evidence): Verdict {
  const { ledger, passed, uncommitted } = evidence;
  const repeats = [...ledger.ends()].flatMap(([first, ...others]) => others.map((repeat) => ({ first, repeat })));
  const changed = repeats.filter(({ first, repeat }) => !isSame(first, repeat));
  const lost = ledger.open().map((record) => `${record.externalCallId} (${at(record)}) has no end`);
  const finding = (name: string, unit: string, broken: readonly string[]): Finding => {
    return { name, count: broken.length, unit, broken };
  };
  return {
    findings: [
      finding('lost', 'calls', lost),
      engagedTwice(evidence),
      finding('unreadable', 'records', evidence.unreadable),
      finding('unlogged', 'calls', unlogged(evidence)),
      finding('repeated-otherwise', 'outcomes', changed.map(describe)),
      finding(
        'commit-passed',
        'records',
        passed.map((record) => `${at(record)} was committed before it had an end`),
      ),
      {
        name: 'uncommitted',
        count: uncommitted,
        unit: 'records',
        broken:
          uncommitted === 0 ? [] : [`${uncommitted} records are not committed though all instances left in order`],
      },
    ],
    repeated: repeats.length,
    extraEngagements: extraOf(evidence),
  };
}

/** With `verify` no call is engaged twice; with `resubmit`, not more often than was in doubt. */
function engagedTwice(evidence: Evidence): Finding {
  const twice = [...evidence.engagements].filter(([, count]) => count > 1);
  const { mode, most } = evidence.inDoubt;
  const extra = extraOf(evidence);
  const broken =
    mode === 'verify'
      ? twice.map(([call, count]) => `the CRM made ${count} engagements of ${call}`)
      : extra > most
        ? [`the CRM made ${extra} engagements too many, and only ${most} calls were in doubt`]
        : [];
  return { name: 'twice', count: twice.length, unit: 'calls', broken };
}

function extraOf({ engagements }: Evidence): number {
  return engagements.values().reduce((sum, count) => sum + count - 1, 0);
}

/** An outcome that claims an engagement which the CRM has not. */
function unlogged({ ledger, engagements }: Evidence): string[] {
  return [...ledger.ends()]
    .map(([end]) => end)
    .filter((end) => end.engagementRequested && !engagements.has(end.externalCallId ?? ''))
    .map((end) => `${end.place} says ${end.externalCallId} was submitted, and the CRM has no engagement of it`);
}

function isSame(one: End, other: End): boolean {
  return one.kind === other.kind && one.bytes.equals(other.bytes);
}

function describe({ first, repeat }: { readonly first: End; readonly repeat: End }): string {
  const names = new Set([...Object.keys(first.fields), ...Object.keys(repeat.fields)]);
  const differing = [...names].filter((name) => shown(first.fields[name]) !== shown(repeat.fields[name]));
  return `${repeat.place} repeats ${first.place} (${at(first.of)}) with another ${differing.join(', ')}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
}

function at({ partition, offset }: Coordinates): string {
  return `${partition}@${offset}`;
}
