/** The values that the schema marks secret: where they are, and the configuration without them. */
import { MASK } from '../ops/masking.ts';
import { type Field, fieldAt, fieldTree } from './field.ts';
import { type Config, configSchema } from './schema.ts';

/** Every secret in the configuration, for the logger to take out of its lines. */
export function secretsOf(config: Config): string[] {
  // Decoded values are as good as written ones: a secret is a text in both.
  return [...secretsIn(config, fieldTree(configSchema))];
}

function* secretsIn(value: unknown, field: Field | undefined): Generator<string> {
  if (typeof value === 'string' && field?.secret) yield value;
  else if (Array.isArray(value)) for (const item of value) yield* secretsIn(item, field?.item);
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value)) yield* secretsIn(child, field && fieldAt(field, [key]));
}

/** A copy of a configuration as it is written in a file, with `********` for each secret. */
export function withoutSecrets(input: unknown): unknown {
  return masked(input, fieldTree(configSchema));
}

function masked(value: unknown, field: Field | undefined): unknown {
  if (typeof value === 'string') return field?.secret ? MASK : value;
  if (Array.isArray(value)) return value.map((item) => masked(item, field?.item));
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.entries(value).map(([key, child]) => [key, masked(child, field && fieldAt(field, [key]))]);
  return Object.fromEntries(copy);
}
