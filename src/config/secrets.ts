/** The values that the schema marks secret: where they are, and the configuration without them. */
import { z } from 'zod';
import { MASK } from '../ops/masking.ts';
import { type Field, fieldAt, fieldTree } from './field.ts';
import type { Path } from './path.ts';
import { type Config, configSchema } from './schema.ts';

/** Every secret in the configuration, for the logger to take out of its lines. */
export function secretsOf(config: Config): string[] {
  const secrets: string[] = [];
  replaceSecrets(z.encode(configSchema, config), fieldTree(configSchema), [], (secret) => void secrets.push(secret));
  return secrets;
}

/** A copy of a configuration as it is written in a file, with `********` for each secret. */
export function withoutSecrets(input: unknown): unknown {
  return replaceSecrets(input, fieldTree(configSchema), [], () => MASK);
}

function replaceSecrets(value: unknown, root: Field, path: Path, replace: (secret: string) => unknown): unknown {
  if (typeof value === 'string') return fieldAt(root, path)?.secret ? replace(value) : value;
  if (Array.isArray(value)) return value.map((item, index) => replaceSecrets(item, root, [...path, index], replace));
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.entries(value).map(([key, child]) => [key, replaceSecrets(child, root, [...path, key], replace)]);
  return Object.fromEntries(copy);
}
