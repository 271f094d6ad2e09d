/** The records of every test file with one thing wrong: an end for each, and what leaves is HubSpot's contract. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/cdr/decode.ts';
import type { Mapped, PartRecord } from '../../../src/cdr/mapping/mapping.ts';
import { loadMapping } from '../../../src/config/mapping-files.ts';
import { readTestFile, TEST_SUFFIX } from '../../../src/trial/test-file.ts';
import { createLeaving } from '../../support/leaving.ts';
import { compile } from '../../support/mapping.ts';
import { mutated } from '../../support/mutation.ts';
import { oddScalar, oddValue } from '../../support/odd-values.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const CONTEXT = { recordTime: Date.UTC(2026, 0, 15, 12) };
const mappings = await Promise.all(
  ['presets', 'examples/mappings']
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(TEST_SUFFIX))
    .map(async (path) => {
      const { source, cases } = await readTestFile(join(ROOT, path));
      const document = await loadMapping(join(ROOT, path.replace(TEST_SUFFIX, '.yaml')));
      const { defaultCountry, parameters = {}, format = 'auto' } = source ?? {};
      const mapping = compile(document, { defaultCountry, parameters });
      const values = cases.flatMap(({ records }) => records.map(({ value }) => value)).filter((value) => value != null);
      return { path, mapping, format, values };
    }),
);

/** JSON changed in one place, or a text with something else in the middle of it. */
const change = fc.record({ place: fc.nat(), odd: fc.oneof(oddScalar, oddValue(['a', 'id', 'status'])) });
function bytesOf(value: unknown, changes: readonly { readonly place: number; readonly odd: unknown }[]): Buffer {
  const changed = changes.reduce((before, { place, odd }) => {
    if (typeof value !== 'string') return mutated(before, place, odd);
    const text = String(before);
    const at = place % (text.length + 1);
    return `${text.slice(0, at)}${typeof odd === 'object' ? '' : odd}${text.slice(at + (place % 5))}`;
  }, value);
  return Buffer.from(typeof value === 'string' ? String(changed) : (JSON.stringify(changed) ?? ''));
}

/** With its plus, in full: no message has one. The digits of a field's excerpt are all 9. */
const NUMBER = /\+(?!9{9})\d{9}/;

const leaving = createLeaving();

describe.each(mappings)('changed records of $path', ({ mapping, format, values }) => {
  const { csv, formats } = mapping;
  const decoder = createDecoder({ format, schemas: { get: () => undefined }, csv, formats });

  it('give ends, and payloads that HubSpot takes', () => {
    const before = leaving.sent;
    const judge = (end: Mapped) => {
      if (end.kind === 'call') leaving.hold(end.call);
      if (end.kind === 'failure') expect(end.message).not.toMatch(NUMBER);
    };
    const record = fc.tuple(fc.constantFrom(...values), fc.array(change, { maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const parts: PartRecord[] = [];
        for (const [value, changes] of records) {
          const decoded = decoder.decode(bytesOf(value, changes), {});
          if (decoded.kind !== 'record') continue;
          const ends = mapping.map(decoded.record, CONTEXT);
          expect(ends.length).toBeGreaterThan(0);
          for (const end of ends) {
            if (end.kind === 'part') parts.push(end);
            else judge(end);
          }
        }
        const [first, ...others] = parts;
        if (first === undefined || mapping.fold === undefined) return;
        for (const part of parts) part.ends(parts.map((each) => each.record));
        // Alone, and with what the source would never join.
        judge(mapping.fold.join([first], CONTEXT));
        judge(mapping.fold.join([first, ...others], CONTEXT));
      }),
      { numRuns: 60 },
    );
    expect(leaving.sent).toBeGreaterThan(before);
  });
});
