/** The mapping compiler: a document and its parameters to a function from records to calls. Pure. */
import { CallmatchError } from '../../errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import { isKnownCountry, type PhoneNumbers } from '../phone-number.ts';
import { type Conclude, createConclusion, failureOf } from './conclusion.ts';
import { compileCsv } from './csv-rule.ts';
import { type MappingDocument, mappingDocument } from './document.ts';
import { compileDraft } from './draft.ts';
import { compileFold } from './fold.ts';
import { compileItems } from './items.ts';
import type { Mapped, Mapping, MappingContext, PartRecord } from './mapping.ts';
import { DEFAULT_NUMBER_POLICIES, type NumberPolicies } from './number-policy.ts';
import { type ParameterValues, resolveParameters, type Scope } from './parameters.ts';
import { Problems } from './problems.ts';
import type { Origin, Surroundings } from './reader.ts';
import { compileMainNumber } from './setting.ts';
import type { RuleTrace } from './trace.ts';
import { compileVerdict } from './verdict.ts';

export interface MappingOptions {
  /** ISO 3166 country of numbers without a country code; without it such numbers are unusable. */
  readonly defaultCountry?: string | undefined;
  /** Values of the mapping's parameters. */
  readonly parameters: ParameterValues;
  /** Whether calls that are still going on are calls of ours. */
  readonly nonFinal: boolean;
  /** What becomes of calls without a number to look up; `DEFAULT_NUMBER_POLICIES` by default. */
  readonly numbers?: NumberPolicies;
  /** Shared by all mappings: their callers are the same people. */
  readonly phoneNumbers: PhoneNumbers;
  /** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
  readonly sha256: (text: string) => string;
  /** Told what every rule gives; for trials. */
  readonly trace?: RuleTrace | undefined;
}

/** @param document What the YAML file holds. Throws `mapping-invalid` with every mistake and its place. */
export function compileMapping(document: unknown, options: MappingOptions): Mapping {
  const problems = new Problems();
  const parsed = mappingDocument.safeParse(document);
  if (!parsed.success) problems.addIssues(parsed.error.issues);
  problems.throwIfAny(nameOf(document));
  // Unreachable: a failed parse has issues, and they were thrown.
  if (!parsed.success) throw parsed.error;

  const mapping = parsed.data;
  const { defaultCountry } = options;
  if (defaultCountry !== undefined && !isKnownCountry(defaultCountry)) {
    problems.add(['defaultCountry'], `${defaultCountry} is no country with phone numbers`);
  }
  const scope: Scope = {
    problems,
    parameters: resolveParameters(mapping.parameters, options.parameters, problems),
    trace: options.trace,
  };
  const csv = compileCsv(mapping.csv, problems);
  const items = compileItems(mapping, scope);
  const verdict = compileVerdict(mapping, csv, scope);
  const draft = compileDraft(mapping.call, scope);
  const conclude = compileConclusion(mapping, options, scope);
  const fold = mapping.fold && compileFold(mapping.fold, scope, options.sha256);
  problems.throwIfAny(mapping.name);

  /** The call of several records, or of one that stands alone where others do not. */
  const joined = (records: readonly unknown[], around: Surroundings, context: MappingContext, makeId: () => string) => {
    const whole = fold?.join(records, around);
    return conclude(draft(whole, { ...around, whole }), context, makeId);
  };
  const mapItem = (item: unknown, origin: Origin, context: MappingContext): Mapped | PartRecord => {
    options.trace?.begin();
    try {
      const over = verdict(item, origin);
      if (over !== undefined) return over;
      const makeId = () => idOf(item, options.sha256);
      if (fold === undefined) return conclude(draft(item, origin), context, makeId);
      return fold.part(item, origin) ?? joined([item], origin, context, makeId);
    } catch (error) {
      return failureOf(error);
    }
  };
  const mapRecord = (record: unknown, context: MappingContext): readonly (Mapped | PartRecord)[] => {
    const found = items(record, context);
    return 'end' in found ? [found.end] : found.records.map((item) => mapItem(item, found.origin, context));
  };

  return {
    name: mapping.name,
    version: String(mapping.version),
    csv,
    formats: mapping.formats,
    readerSchema: mapping.avro?.readerSchema,
    map(record, context) {
      if (!Array.isArray(record)) return mapRecord(record, context);
      return record.length === 0 ? EMPTY_FILE : record.flatMap((each) => mapRecord(each, context));
    },
    fold: fold && {
      idle: fold.idle,
      join(parts, context) {
        options.trace?.begin();
        try {
          const records = parts.map(({ record }) => record);
          // The id must not depend on which of its records have come.
          return joined(records, context, context, () => options.sha256(parts[0]?.key ?? ''));
        } catch (error) {
          return failureOf(error);
        }
      },
    },
  };
}

const EMPTY_FILE: readonly Mapped[] = [{ kind: 'skip', reason: 'filtered' }];

function nameOf(document: unknown): string {
  const isNamed = typeof document === 'object' && document !== null && 'name' in document;
  return isNamed && typeof document.name === 'string' ? document.name : '(without a name)';
}

/** The hash of what the record says: the same record has the same id wherever and whenever it is read. */
function idOf(record: unknown, sha256: MappingOptions['sha256']): string {
  const json = canonicalJson(record);
  if (json !== undefined) return sha256(json);
  throw new CallmatchError('invalid-field', 'externalCallId: there is none, and the record is nested too deep to hash');
}

function compileConclusion(mapping: MappingDocument, options: MappingOptions, scope: Scope): Conclude {
  const { phoneNumbers, defaultCountry } = options;
  return createConclusion({
    nonFinal: options.nonFinal,
    numbers: options.numbers ?? DEFAULT_NUMBER_POLICIES,
    phoneNumbers,
    defaultCountry,
    mainNumber: compileMainNumber(mapping.call.to.mainNumber, options, scope, ['call', 'to', 'mainNumber']),
  });
}
