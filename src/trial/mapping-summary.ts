/** What one has to know of a mapping to choose it. Pure. */
import { type MappingDocument, mappingDocument } from '../cdr/mapping/document.ts';
import { Problems } from '../cdr/mapping/problems.ts';

export interface MappingSummary {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** What values of its sources can be. */
  readonly formats: readonly string[];
  readonly parameters: MappingDocument['parameters'];
  /** A CSV value is a small file, its first line the names of the columns. */
  readonly hasHeaderLine: boolean;
}

/** @param document What the YAML file holds. Throws `mapping-invalid`. */
export function describeMapping(document: unknown): MappingSummary {
  const parsed = mappingDocument.safeParse(document);
  if (!parsed.success) {
    const problems = new Problems();
    problems.addIssues(parsed.error.issues);
    problems.throwIfAny('(to be listed)');
    throw parsed.error;
  }
  const { name, version, description, parameters } = parsed.data;
  return {
    name,
    version: String(version),
    description: description ?? '',
    formats: formatsOf(parsed.data),
    parameters,
    hasHeaderLine: parsed.data.csv?.header === true,
  };
}

/** Where a mapping does not say it, JSON, and what it has settings for. */
function formatsOf(document: MappingDocument): readonly string[] {
  const { formats, avro, csv } = document;
  return formats ?? ['json', ...(csv === undefined ? [] : ['csv']), ...(avro === undefined ? [] : ['avro'])];
}
