/** A folder of mappings with their tests, as a user has it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mapping of JSON objects with `id`, `from`, `to` and `state`. */
export const SMALL_MAPPING = `
name: small
version: 1
description: Small records.
parameters:
  mainNumber: { type: text, description: Number of the company. }
requires:
  - exists: state
skip:
  - { reason: not-voice, when: { value: kind, is: chat } }
call:
  externalCallId: id
  direction: { constant: inbound }
  status: { table: { ok: COMPLETED, busy: BUSY }, of: state }
  from: { number: [from, clid] }
  to: { number: to, mainNumber: { parameter: mainNumber } }
`;

/** @param files by their names. Removed when it is disposed. */
export async function mappingFolder(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'callmatch-mapping-'));
  for (const [name, text] of Object.entries({ 'small.yaml': SMALL_MAPPING, ...files })) {
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
