/** Whatever the mapping and whatever the record: ends, soon, and what leaves is HubSpot's contract. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonSchema, mappingJsonSchema } from '../../../../src/cdr/mapping/json-schema.ts';
import type { Mapped, Mapping, PartRecord } from '../../../../src/cdr/mapping/mapping.ts';
import { CallmatchError, messageOf } from '../../../../src/errors.ts';
import { mappingDocument } from '../../../support/document-arbitrary.ts';
import { createLeaving } from '../../../support/leaving.ts';
import { compile } from '../../../support/mapping.ts';
import { mutated } from '../../../support/mutation.ts';
import { oddScalar, oddValue } from '../../../support/odd-values.ts';
import { KEYS } from '../../../support/rule-arbitrary.ts';

const SURROUNDINGS = { recordTime: 1_768_469_400_000, key: 'k', topic: 't', headers: { h: 'x' } };
const value = oddValue(KEYS);
const record = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 6 }) },
  { weight: 1, arbitrary: value },
  { weight: 1, arbitrary: fc.anything() },
);
const records = fc.array(record, { minLength: 5, maxLength: 5 });
/** Of callers; no message has one. But it may quote what the mapping itself says. */
const NUMBERS = /440000000|5550179/;
const oddRule = oddScalar.filter((odd) => !NUMBERS.test(String(odd)));
/** For each part the call that it becomes part of. */
const groups = fc.array(fc.nat(2), { minLength: 5, maxLength: 5 });

const leaving = createLeaving();
const kinds = new Set<string>();

/** Maps every record, and joins the parts as told; counts what came of it. */
function mapAll(mapping: Mapping, all: readonly unknown[], grouping: readonly number[]): void {
  const groups = new Map<number, PartRecord[]>();
  for (const [index, one] of all.entries()) {
    const before = jsonOf(one);
    const ends = mapping.map(one, SURROUNDINGS);
    expect(ends.length).toBeGreaterThan(0);
    expect(jsonOf(one)).toBe(before);
    const group = grouping[index] ?? 0;
    for (const end of ends) {
      if (end.kind === 'part') groups.set(group, [...(groups.get(group) ?? []), end]);
      else judge(end);
    }
  }
  for (const parts of groups.values()) {
    const found = parts.map((each) => each.record);
    for (const part of parts) expect(part.ends(found)).toBeTypeOf('boolean');
    const joined = mapping.fold?.join(parts, SURROUNDINGS);
    if (joined !== undefined) judge(joined);
    kinds.add('joined');
  }
}

function judge(end: Mapped): void {
  kinds.add(end.kind);
  if (end.kind === 'failure') expect(end.message).not.toMatch(NUMBERS);
  if (end.kind === 'call') leaving.hold(end.call);
}

/** Undefined where there is no JSON of it. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Every key of the language, from its schema. */
function keysOf(schema: JsonSchema | boolean | undefined, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object') return found;
  for (const [key, inner] of Object.entries(schema.properties ?? {})) keysOf(inner, found.add(key));
  const inner = [schema.anyOf, schema.oneOf, schema.allOf, schema.items, schema.additionalProperties].flat();
  for (const each of [...inner, ...Object.values(schema.definitions ?? {})]) keysOf(each, found);
  return found;
}

function collectKeys(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, inner] of Object.entries(node)) {
    if (inner !== undefined) found.add(key);
    collectKeys(inner, found);
  }
}

describe('any mapping of any record', () => {
  it('is made here with every key of the language', () => {
    const found = new Set<string>();
    for (const document of fc.sample(mappingDocument, { numRuns: 400, seed: 1 })) collectKeys(document, found);
    expect([...keysOf(mappingJsonSchema())].filter((key) => !found.has(key))).toEqual([]);
  });

  it('gives calls that HubSpot takes, parts, skips or failures, never an exception', () => {
    kinds.clear();
    fc.assert(
      fc.property(mappingDocument, records, groups, (document, all, grouping) => {
        mapAll(compile(document, { defaultCountry: 'CH' }), all, grouping);
      }),
      { numRuns: 150 },
    );
    expect([...kinds].toSorted()).toEqual(['call', 'failure', 'joined', 'skip']);
    expect(leaving.sent).toBeGreaterThan(10);
  });

  it('is refused with the place of every mistake, or works', () => {
    let refused = 0;
    fc.assert(
      fc.property(mappingDocument, fc.nat(), oddRule, records, groups, (document, place, odd, all, grouping) => {
        let mapping: Mapping;
        try {
          mapping = compile(mutated(document, place, odd), { defaultCountry: 'CH' });
        } catch (error) {
          expect(error).toBeInstanceOf(CallmatchError);
          expect(error).toMatchObject({ code: 'mapping-invalid' });
          const [, ...lines] = messageOf(error).split('\n  ');
          expect(lines.length).toBeGreaterThan(0);
          for (const line of lines) expect(line).toMatch(/^\S.*: ./s);
          refused += 1;
          return;
        }
        mapAll(mapping, all, grouping);
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(15);
    expect(refused).toBeLessThan(135);
  });

  it('takes no long time over a long text', () => {
    const long = {
      a: 'a'.repeat(1_000_000),
      text: `${'%41'.repeat(300_000)}%`,
      list: new Array(10_000).fill({ a: 'aa' }),
    };
    const rules = [
      { match: '(a+)+b', of: 'a' },
      { match: '(a+)+b', of: { decode: 'base64', of: 'a' } },
      { replace: '(a*)*c', by: '', of: { match: '.*', of: 'a' } },
      { in: 'list', where: { value: 'a', matches: '(a+)+b' }, take: 'a', pick: 'max' },
      { of: 'a', when: { value: 'a', is: '*a*a*a*a*b*' } },
      { decode: 'url', of: 'text' },
      { decode: 'json', of: 'a' },
      { device: 'a' },
    ];
    const call = { direction: { constant: 'inbound' }, status: 's', from: { number: 'a' }, to: { number: 'a' } };
    const started = performance.now();
    for (const externalCallId of rules) {
      const { map } = compile({ name: 'long', version: 1, urlEncoded: true, call: { ...call, externalCallId } });
      expect(map(long, { recordTime: 0 })).toHaveLength(1);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
