/** What a preview has found so far: counts, and a few examples of each end. Bounded, whatever is read. */
import type { Call, Party } from '../cdr/call.ts';
import { readFraming } from '../cdr/format/framing.ts';
import type { CountryOf } from '../cdr/number-country.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import type { End, TrialEnd } from '../trial/trial.ts';
import { Counter } from './counter.ts';

/** More are told apart than any operation has; what garbage makes of them must not fill the memory. */
const MOST = { portals: 20_000, schemas: 200, numbers: 2_000 } as const;

/** An end as it is counted. */
export interface EndKind {
  readonly outcome: End['kind'];
  /** Reason of a skip, or code of a burial. */
  readonly reason: string | undefined;
}

export interface CountedEnd extends EndKind {
  /** Undefined where nobody's. */
  readonly portal: string | undefined;
  readonly count: number;
}

/** One end of its kind, with full numbers. */
export interface Example extends EndKind {
  readonly portal: string | undefined;
  readonly source: Pick<SourceBytes, 'topic' | 'partition' | 'offset' | 'timestamp'>;
  readonly callIndex: number;
  readonly externalCallId: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly status: string | undefined;
  /** Why it was buried; without full numbers. */
  readonly message: string | undefined;
}

export class Tally {
  readonly #countryOf: CountryOf;
  readonly #samples: number;
  readonly #ends = new Map<string, Counter>();
  readonly #kinds = new Map<string, EndKind>();
  readonly #examples = new Map<string, Example[]>();
  /** By portal. */
  readonly submissions = new Counter(MOST.portals);
  readonly statuses = new Counter(MOST.numbers);
  /** Type and country, such as `MOBILE CH`; or why a caller has no number. */
  readonly callers = new Counter(MOST.numbers);
  readonly callees = new Counter(MOST.numbers);
  /** Ids or GUIDs of the writer schemas. */
  readonly schemas = new Counter(MOST.schemas);
  records = 0;
  /** Ends; a record has one or more. */
  calls = 0;
  /** Kafka timestamps, epoch milliseconds; undefined when no record has one. */
  span: { readonly first: number; readonly last: number } | undefined;

  /** @param samples examples kept of each kind of end */
  constructor(samples: number, countryOf: CountryOf) {
    this.#samples = samples;
    this.#countryOf = countryOf;
  }

  addRecord({ timestamp, value, headers }: SourceBytes): void {
    this.records += 1;
    if (timestamp > 0) {
      const { first, last } = this.span ?? { first: timestamp, last: timestamp };
      this.span = { first: Math.min(first, timestamp), last: Math.max(last, timestamp) };
    }
    const framing = value === null ? undefined : readFraming(value, headers);
    if (framing !== undefined) this.schemas.add(String(framing.schemaId));
  }

  addEnd(trialEnd: TrialEnd): void {
    this.calls += 1;
    const { end, portal } = trialEnd;
    const kind = kindOf(end);
    const key = `${kind.outcome} ${kind.reason ?? ''}`;
    this.#kinds.set(key, kind);
    const counts = this.#ends.get(key) ?? new Counter(MOST.portals);
    this.#ends.set(key, counts);
    counts.add(portal ?? '');
    if (end.kind === 'enriched') {
      this.submissions.add(portal ?? '');
      this.statuses.add(end.call.status);
    }
    if ('call' in end && end.call !== undefined) {
      this.callers.add(this.#classOf(end.call.from));
      this.callees.add(this.#classOf(end.call.to));
    }
    this.#keep(key, kind, trialEnd);
  }

  /** By outcome, the most frequent first within it, and by portal. */
  ends(): CountedEnd[] {
    const kinds = [...this.#kinds].flatMap(([key, kind]) => {
      const counts = this.#ends.get(key);
      return counts === undefined ? [] : [{ kind, counts }];
    });
    const order = (outcome: End['kind']) => ['enriched', 'skipped', 'buried', 'folded'].indexOf(outcome);
    kinds.sort((a, b) => order(a.kind.outcome) - order(b.kind.outcome) || b.counts.total - a.counts.total);
    return kinds.flatMap(({ kind, counts }) =>
      counts.entries().map(([portal, count]) => ({ ...kind, portal: portal || undefined, count })),
    );
  }

  examples(): Example[] {
    return [...this.#examples.values()].flat();
  }

  /** Burials with another message say more than the same one again. */
  #keep(key: string, kind: EndKind, { source, callIndex, portal, end }: TrialEnd): void {
    const kept = this.#examples.get(key) ?? [];
    if (kept.length >= this.#samples) return;
    const message = end.kind === 'buried' ? end.message : undefined;
    if (message !== undefined && kept.some((example) => example.message === message)) return;
    const { topic, partition, offset, timestamp } = source;
    const call = 'call' in end ? end.call : undefined;
    kept.push({
      ...kind,
      portal,
      source: { topic, partition, offset, timestamp },
      callIndex,
      externalCallId: call?.externalCallId ?? ('externalCallId' in end ? end.externalCallId : undefined),
      ...numbersOf(call),
      status: call?.status,
      message,
    });
    this.#examples.set(key, kept);
  }

  #classOf({ e164, type, hidden }: Party): string {
    if (e164 === undefined) return hidden ?? 'none';
    return `${type} ${this.#countryOf(e164) ?? '?'}`;
  }
}

function kindOf(end: End): EndKind {
  const reason = end.kind === 'buried' ? end.code : end.kind === 'skipped' ? end.reason : undefined;
  return { outcome: end.kind, reason };
}

function numbersOf(call: Call | undefined): Pick<Example, 'from' | 'to'> {
  const text = (party: Party | undefined) => party && (party.e164 ?? party.hidden);
  return { from: text(call?.from), to: text(call?.to) };
}
