/** Compares each schema with the versions of it that are kept. Pure. */
import { incompatibilities } from './compatibility.ts';
import type { KeptSchema, KeptVersion } from './kept.ts';

/** What a schema was compared with, and what was found. */
export interface SchemaCheck {
  /** Name in `schemas/`. */
  readonly schema: string;
  /** For people: `version 1`. */
  readonly against: string;
  /** Empty when all is well. */
  readonly problems: readonly string[];
}

/** FULL_TRANSITIVE: with every version, not only with the newest. */
export function checkKept({ name, schema, versions }: KeptSchema): SchemaCheck[] {
  const newest = versions.at(-1);
  const next = `schemas/versions/${name}/${(newest?.version ?? 0) + 1}.avsc`;
  if (newest === undefined) return [{ schema: name, against: 'no version', problems: [`keep it as ${next}`] }];
  return versions.map((kept) => {
    const isUnkept = kept === newest && essence(schema) !== essence(kept.schema);
    const problems = [
      ...incompatibilities(schema, kept.schema),
      ...(isUnkept ? [`it has changed since; keep it as ${next}`] : []),
    ];
    return { schema: name, against: describe(kept), problems };
  });
}

function describe({ version }: KeptVersion): string {
  return `version ${version}`;
}

/** A schema without its documentation, which may change freely. */
function essence(schema: string): string {
  return JSON.stringify(JSON.parse(schema), (key, value: unknown) => (key === 'doc' ? undefined : value));
}
