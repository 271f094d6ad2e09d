/** What a compiled mapping is and what it gives. Pure. */
import type { ErrorCode } from '../../errors.ts';
import type { Call, SkipReason } from '../call.ts';
import type { Format } from '../decoded.ts';
import type { CsvLayout } from '../format/csv.ts';
import type { Surroundings } from './reader.ts';

/** What one call of a record became. */
export type Mapped =
  | { readonly kind: 'call'; readonly call: Call }
  /** No call of ours. With `call` as far as it is known where the skip is published: there is no number to look up. */
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly call?: Call }
  /** `message` names the field; it holds no full phone number. */
  | {
      readonly kind: 'failure';
      readonly code: ErrorCode;
      readonly message: string;
      readonly externalCallId?: string;
    };

/** A record of which a call is made together with others. */
export interface PartRecord {
  readonly kind: 'part';
  /** What all records of the call have in common. */
  readonly key: string;
  /** Whether the call is over with it. Never throws. @param records those of the call so far, this one the last */
  ends(records: readonly unknown[]): boolean;
  readonly record: unknown;
}

export interface MappingContext extends Surroundings {
  /** Country of numbers without a country code, instead of that of the source. */
  readonly defaultCountry?: string | undefined;
}

export interface Mapping {
  readonly name: string;
  readonly version: string;
  /** How CSV is written, for the decoder; undefined when the mapping reads none. */
  readonly csv: CsvLayout | undefined;
  /** What `auto` chooses among, for the decoder; undefined: what it knows by itself. */
  readonly formats: readonly Format[] | undefined;
  /** Name of the schema in `schemas/` that Avro values are to be resolved to; undefined: as they were written. */
  readonly readerSchema: string | undefined;
  /** One or more ends of a record, or of a list of some, in the order of its calls. Never throws, whatever it is. */
  map(record: unknown, context: MappingContext): readonly (Mapped | PartRecord)[];
  /** What is done with parts; undefined for a mapping that gives none. */
  readonly fold?: Fold | undefined;
}

export interface Fold {
  /** Milliseconds without a further record after which a call is over; undefined: as configured. */
  readonly idle: number | undefined;
  /** The call of these records, in the order of the source. Never throws. @param context of the last one */
  join(parts: readonly PartRecord[], context: MappingContext): Mapped;
}
