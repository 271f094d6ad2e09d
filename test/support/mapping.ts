/** A mapping as the service compiles it, with what it is given there. */
import { createHash } from 'node:crypto';
import { compileMapping, type MappingOptions } from '../../src/cdr/mapping/compile.ts';
import type { Mapping } from '../../src/cdr/mapping/mapping.ts';
import '../../src/linear-regexp.ts';
import { createPhoneNumbers } from '../../src/cdr/phone-number.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const phoneNumbers = createPhoneNumbers();

export function compile(document: unknown, options: Partial<MappingOptions> = {}): Mapping {
  return compileMapping(document, { parameters: {}, nonFinal: false, phoneNumbers, sha256, ...options });
}
