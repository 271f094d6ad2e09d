/** What decoding gives. Pure. */
import type { ErrorCode } from '../errors.ts';

export const FORMATS = ['avro', 'json', 'csv', 'form'] as const;
export type Format = (typeof FORMATS)[number];

export type Decoded =
  | {
      readonly kind: 'record';
      /** An object: what the format had, with nothing interpreted. A list of them where the value is a file of rows or a batch. */
      readonly record: object;
      readonly format: Format;
    }
  /** The value is null: the source says that it forgets the key. */
  | { readonly kind: 'tombstone' }
  /** Load this schema, then decode again. A GUID is a text. */
  | { readonly kind: 'schema-needed'; readonly id: number | string }
  | { readonly kind: 'failure'; readonly code: ErrorCode; readonly message: string };

export function failure(code: ErrorCode, message: string): Decoded {
  return { kind: 'failure', code, message };
}

export function undecodable(why: string): Decoded {
  return failure('undecodable', why);
}
