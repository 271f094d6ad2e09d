/** The mapping compiler: a document and its parameters to a function from records to calls. Pure. */
import { CallmatchError } from '../../errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { CsvColumns } from '../format/csv.ts';
import { isKnownCountry, type PhoneNumbers } from '../phone-number.ts';
import { type Conclude, createConclusion } from './conclusion.ts';
import { type MappingDocument, mappingDocument } from './document.ts';
import { compileDraft } from './draft.ts';
import type { Mapping } from './mapping.ts';
import { type ParameterValues, resolveParameters, type Scope } from './parameters.ts';
import { Problems } from './problems.ts';
import { compileMainNumber, compileTime } from './setting.ts';
import { compileVerdict } from './verdict.ts';

export interface MappingOptions {
  /** ISO 3166 country of numbers without a country code; without it such numbers are unusable. */
  readonly defaultCountry?: string | undefined;
  /** Values of the mapping's parameters. */
  readonly parameters: ParameterValues;
  /** Whether calls that are still going on are calls of ours. */
  readonly nonFinal: boolean;
  /** Shared by all mappings: their callers are the same people. */
  readonly phoneNumbers: PhoneNumbers;
  /** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
  readonly sha256: (text: string) => string;
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
  };
  const csvColumns = compileColumns(mapping, problems);
  const verdict = compileVerdict(mapping, csvColumns, scope);
  const draft = compileDraft(mapping.call, scope);
  const conclude = compileConclusion(mapping, options, scope);
  problems.throwIfAny(mapping.name);

  return {
    name: mapping.name,
    version: String(mapping.version),
    csvColumns,
    readerSchema: mapping.avro?.readerSchema,
    map(record, context) {
      const { recordTime, topic, key, headers } = context;
      const origin = { whole: record, recordTime, topic, key, headers };
      const over = verdict(record, origin);
      return [over ?? conclude(draft(record, origin), context, () => idOf(record, options.sha256))];
    },
  };
}

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

function compileColumns(mapping: MappingDocument, problems: Problems): CsvColumns {
  const layouts = new Map<number, readonly string[]>();
  for (const [index, columns] of (mapping.csv?.columns ?? []).entries()) {
    const place = ['csv', 'columns', index];
    const twice = columns.find((column, at) => columns.indexOf(column) !== at);
    if (twice !== undefined) problems.add(place, `the column ${twice} stands twice`);
    if (layouts.has(columns.length)) problems.add(place, `there is another layout with ${columns.length} columns`);
    layouts.set(columns.length, columns);
  }
  return layouts;
}

function compileConclusion(mapping: MappingDocument, options: MappingOptions, scope: Scope): Conclude {
  const { startedAt, talkSeconds, to } = mapping.call;
  const { phoneNumbers, defaultCountry } = options;
  return createConclusion({
    nonFinal: options.nonFinal,
    time: startedAt === undefined ? {} : compileTime(startedAt, scope, ['call', 'startedAt']),
    talkUnit: talkSeconds?.unit ?? 's',
    phoneNumbers,
    defaultCountry,
    mainNumber: compileMainNumber(to.mainNumber, options, scope, ['call', 'to', 'mainNumber']),
  });
}
