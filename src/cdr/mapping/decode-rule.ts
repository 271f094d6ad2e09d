/** The rule `decode`: a text inside a field to what it stands for. Pure. */
import { z } from 'zod';
import { decodeLenient } from '../format/text.ts';
import { decodePercent } from '../url-text.ts';
import type { Place } from './problems.ts';
import type { Reader } from './reader.ts';
import type { RuleCompiler } from './rule-compiler.ts';

const ENCODINGS = ['url', 'base64', 'json'] as const;
type Encoding = (typeof ENCODINGS)[number];

export interface DecodeRule<Value> {
  decode: Encoding;
  of: Value;
}

export const decodeForms = (value: z.ZodType) => ({
  decode: z.strictObject({
    decode: z
      .enum(ENCODINGS)
      .describe(
        '`url`: percent-encoded text, once; `base64`: its text, also in the alphabet for URLs; `json`: the value, for `path` and `in`. What is none gives nothing; of `url` it stays.',
      ),
    of: value,
  }),
});

export function compileDecode<Value, When>(
  rule: DecodeRule<Value>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  const read = compiler.value(rule.of, [...place, 'of']);
  const decode = DECODERS[rule.decode];
  return (record, origin) => {
    const value = read(record, origin);
    const text = value instanceof Uint8Array ? decodeLenient(value) : value;
    return typeof text === 'string' ? decode(text) : undefined;
  };
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const DECODERS: Readonly<Record<Encoding, (text: string) => unknown>> = {
  url: decodePercent,
  base64: (text) => {
    try {
      const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
      return decodeLenient(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
    } catch {
      return undefined;
    }
  },
  json: parseJson,
};
