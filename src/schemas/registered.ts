/** Compares a schema with what a registry has of its subject. */
import type { RegistryClient } from '../registry/client.ts';
import type { SchemaCheck } from './check.ts';
import { incompatibilities } from './compatibility.ts';

/** Readers of any age read records of any age. */
export const COMPATIBILITY = 'FULL_TRANSITIVE';

/** What is asked of the registry; it changes nothing there. */
export type SubjectReader = Pick<RegistryClient, 'versions' | 'compatibility' | 'refusal'>;

/**
 * With every version, by our own rules and by the registry's: its subject may be set to less than is needed, and it may
 * be of another make. Throws `registry-unavailable`.
 */
export async function checkRegistered(
  { name, schema }: { readonly name: string; readonly schema: string },
  subject: string,
  registry: SubjectReader,
): Promise<SchemaCheck[]> {
  const versions = await registry.versions(subject);
  if (versions.length === 0) return [{ schema: name, against: `${subject}, not registered yet`, problems: [] }];

  const checks = versions.map((registered) => ({
    schema: name,
    against: `${subject} version ${registered.version}`,
    problems:
      registered.schemaType === 'AVRO'
        ? incompatibilities(schema, registered.schema)
        : [`it is ${registered.schemaType}, not AVRO`],
  }));
  const level = await registry.compatibility(subject);
  const refusal = await registry.refusal(subject, schema);
  const problems = [
    ...(level === COMPATIBILITY ? [] : [`its compatibility is ${level ?? 'not set'}, not ${COMPATIBILITY}`]),
    ...(refusal === undefined ? [] : [`the registry would refuse the schema: ${refusal}`]),
  ];
  return [...checks, { schema: name, against: `${subject} as a whole`, problems }];
}
