import type { EndpointName, Prepared } from './endpoint.ts';
import type { FaultRule } from './fault-rule.ts';
import { type Random, seededRandom } from './random.ts';

/** A rule in force, with what it has done. */
interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly random: Random;
  /** Requests that fitted, hit or not. */
  seen: number;
  hits: number;
}

/** A rule as the control path lists it. */
export type ListedFault = FaultRule & { readonly id: number; readonly hits: number };

/** What a fault chooses by. */
export type FaultSubject = Pick<Prepared, 'number' | 'externalCallId'> & {
  readonly endpoint: EndpointName;
  readonly portal: string | undefined;
};

function fits({ rule }: ActiveFault, subject: FaultSubject): boolean {
  return (
    rule.endpoint === subject.endpoint &&
    (rule.portal === undefined || rule.portal === subject.portal) &&
    (rule.number === undefined || rule.number === subject.number) &&
    (rule.externalCallId === undefined || rule.externalCallId === subject.externalCallId)
  );
}

/** Counts a fitting request, and tells whether the fault hits it. */
function hits(fault: ActiveFault): boolean {
  const { rule, random } = fault;
  fault.seen += 1;
  if (fault.seen <= rule.skip) return false;
  if (rule.count !== undefined && fault.hits >= rule.count) return false;
  if (rule.share < 1 && random() >= rule.share) return false;
  fault.hits += 1;
  return true;
}

/** The scripted faults. The oldest rule that hits a request decides; the later ones do not see it. */
export class Faults {
  readonly #active: ActiveFault[] = [];
  #nextId = 1;

  /** @returns the id by which the rule can be removed. */
  add(rule: FaultRule, now: number): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const startsAt = now + (rule.startAfter ?? 0);
    const endsAt = startsAt + (rule.lasts ?? Number.POSITIVE_INFINITY);
    this.#active.push({ id, rule, startsAt, endsAt, random: seededRandom(rule.seed), seen: 0, hits: 0 });
    return id;
  }

  list(): ListedFault[] {
    return this.#active.map(({ id, rule, hits: hitsSoFar }) => ({ ...rule, id, hits: hitsSoFar }));
  }

  /** @returns whether there was such a rule. */
  remove(id: number): boolean {
    const place = this.#active.findIndex((fault) => fault.id === id);
    if (place < 0) return false;
    this.#active.splice(place, 1);
    return true;
  }

  clear(): void {
    this.#active.length = 0;
  }

  /** The fault that a request meets, if any. */
  pick(subject: FaultSubject, now: number): FaultRule | undefined {
    return this.#active.find((fault) => {
      const inTime = now >= fault.startsAt && now < fault.endsAt;
      return inTime && fits(fault, subject) && hits(fault);
    })?.rule;
  }
}
