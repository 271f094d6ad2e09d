/** Whose a call is, by what its source says: a fixed name, a header, a field of the record, the number called. Pure. */
import type { Call } from '../cdr/call.ts';
import type { Mapped } from '../cdr/mapping/mapping.ts';
import { compilePath, type Path } from '../cdr/mapping/path.ts';
import { maskNumbersIn } from '../cdr/masked-text.ts';
import { maskNumber } from '../cdr/masking.ts';
import { textOf } from '../cdr/scalar.ts';

/** As in `sources[].portal`. */
export type RouteSetting =
  | { readonly name: string }
  | { readonly header: string }
  | { readonly field: Path }
  | { readonly did: true };

export type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

/** Nobody's; the sentence names what was looked up, and holds no full phone number. */
export interface Nobody {
  readonly unknown: string;
}

/** Where portals are looked up at the moment of the record: the list can change while the service runs. */
export interface Directory<P> {
  named(text: string): P | undefined;
  numbered(e164: string): P | undefined;
}

/** The earliest that tells whose a call is decides: headers are there even when the value cannot be read. */
export type Route<P> =
  | { readonly by: 'headers'; readonly find: (headers: Headers) => P | Nobody }
  | { readonly by: 'record'; readonly find: (record: unknown) => P | Nobody }
  | { readonly by: 'call'; readonly find: (call: Call) => P | Nobody };

export function compileRoute<P extends object>(setting: RouteSetting, directory: Directory<P>): Route<P> {
  const named = (place: string, text: string | undefined): P | Nobody => {
    if (text === undefined) return { unknown: `${place} is missing or blank` };
    return directory.named(text) ?? { unknown: `${place} is ${shown(text)}, which is no portal's name or hub id` };
  };
  if ('name' in setting) {
    const { name } = setting;
    return { by: 'headers', find: () => directory.named(name) ?? { unknown: `there is no portal ${name} any more` } };
  }
  if ('header' in setting) {
    const { header } = setting;
    return { by: 'headers', find: (headers) => named(`the header ${header}`, lastOf(headers, header)) };
  }
  if ('field' in setting) {
    const place = `the field ${typeof setting.field === 'string' ? setting.field : setting.field.join('.')}`;
    const read = compilePath(setting.field);
    return { by: 'record', find: (record) => named(place, textOf(read(record))) };
  }
  return {
    by: 'call',
    find({ to: { e164 } }) {
      if (e164 === undefined) return { unknown: 'there is no number called' };
      return directory.numbered(e164) ?? { unknown: `no portal has the number called, ${maskNumber(e164)}` };
    },
  };
}

/** A route's answer to everything that a record became. */
export type Assigned<P> =
  | { readonly portal: P; readonly mapped: Mapped }
  | { readonly portal: undefined; readonly mapped: Exclude<Mapped, { kind: 'call' }> };

/** @param found undefined where the call alone could tell, and there is none */
export function assign<P extends object>(mapped: Mapped, found: P | Nobody | undefined): Assigned<P> {
  if (found !== undefined && !isNobody(found)) return { portal: found, mapped };
  // What is no call of ours need not be anybody's.
  if (mapped.kind !== 'call') return { portal: undefined, mapped };
  const message = found?.unknown ?? 'nothing tells whose the call is';
  const { externalCallId } = mapped.call;
  return { portal: undefined, mapped: { kind: 'failure', code: 'unknown-portal', message, externalCallId } };
}

export function isNobody(found: object): found is Nobody {
  return 'unknown' in found;
}

/** The last one where there are several: a producer that sets a header again means to replace it. */
function lastOf(headers: Headers, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  const last = Array.isArray(value) ? value.at(-1) : value;
  return textOf(last?.toString());
}

const LONGEST_SHOWN = 60;

/** A field named by mistake may hold a phone number. */
function shown(text: string): string {
  const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return JSON.stringify(maskNumbersIn(short));
}
