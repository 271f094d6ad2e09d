/** What a trial tells: an end for people or as JSON, and the sum of all. Pure but for the colours of a stream. */
import { styleText } from 'node:util';
import { ruleName, type Told } from './explanation.ts';
import { masked, shownValue } from './shown.ts';
import { type End, endName, type TrialEnd } from './trial.ts';

export interface Shown {
  /** Where the record stands in the input, such as `calls.jsonl:3`. */
  readonly place: string;
  /** Numbers are shown in full. */
  readonly reveal: boolean;
}

type Style = 'green' | 'yellow' | 'red' | 'dim';
/** Gives a text its colour where it is shown. */
export type Paint = (style: Style, text: string) => string;

export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

/** The end of a call for people: a headline, and below it what would be sent. */
export function endText({ portal, end }: TrialEnd, { place, reveal }: Shown, paint: Paint): string {
  const of = portal === undefined || portal === 'main' ? '' : ` for ${portal}`;
  const headline = `${paint('dim', `${place}:`)} ${headlineOf(end, paint)}${of}`;
  if (end.kind !== 'enriched') return headline;
  const payload = JSON.stringify(reveal ? end.payload : masked(end.payload), undefined, 2);
  return `${headline}\n${payload.replaceAll(/^/gm, '  ')}`;
}

const STYLES = { enriched: 'green', skipped: 'yellow', buried: 'red', folded: 'dim' } as const;

function headlineOf(end: End, paint: Paint): string {
  const name = paint(STYLES[end.kind], endName(end));
  switch (end.kind) {
    case 'skipped':
      return end.outcome === undefined ? name : `${name}, which is published`;
    case 'buried':
      return `${name}, ${end.message}`;
    case 'folded':
      return `${name} into a call that ends with another record`;
    case 'enriched':
      return name;
  }
}

/** The rules behind an end, one a line. */
export function explanationText(rules: readonly Told[], { reveal }: Shown, paint: Paint): string {
  const width = Math.max(0, ...rules.map((told) => ruleName(told).length));
  const lines = rules.map((told) => `  ${ruleName(told).padEnd(width)}  ${gaveText(told, reveal)}`);
  return paint('dim', lines.join('\n'));
}

function gaveText({ place, result }: Told, reveal: boolean): string {
  if (typeof result === 'boolean') return result ? 'holds' : 'does not hold';
  return shownValue(result, reveal, String(place[1]));
}

/** The rules behind an end, for programs. */
export function explanationJson(rules: readonly Told[], { reveal }: Shown): object {
  return rules.map((told) => ({ rule: ruleName(told), gave: gaveText(told, reveal) }));
}

/** The end of a call for programs: one object. */
export function endJson({ portal, callIndex, end }: TrialEnd, { place, reveal }: Shown): object {
  const { kind, ...rest } = end;
  const shown = reveal ? rest : masked(rest);
  return { place, callIndex, end: kind, ...(portal !== undefined && { portal }), ...Object(shown) };
}

/** Ends by what they are. */
export class Sum {
  #records = 0;
  readonly #ends = new Map<string, number>();

  addRecord(): void {
    this.#records += 1;
  }

  add(end: End): void {
    const name = endName(end);
    this.#ends.set(name, (this.#ends.get(name) ?? 0) + 1);
  }

  /** `3 records: 1 submitted, 2 skipped: withheld` */
  text(): string {
    const ends = [...this.#ends].map(([name, count]) => `${count} ${name}`);
    return `${this.#records} ${this.#records === 1 ? 'record' : 'records'}: ${ends.join(', ') || 'nothing'}`;
  }
}
