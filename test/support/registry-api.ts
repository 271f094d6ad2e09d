/** The part of the Confluent API (v7) that is used, in memory. A real registry: the scenarios. */
import type { ReceivedRequest } from './test-servers.ts';

export const GUID = '8c4a7fd2-5d3b-4b56-9c4d-ffb6f0c3a1ab';
const SCHEMA_OF_GUID = '{"type":"string"}';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const found = (body: unknown): Answer => ({ status: 200, body });
const notFound = (code: number): Answer => ({ status: 404, body: { error_code: code, message: 'not found' } });

/** Refuses `"incompatible"`, and anything else never. */
export function registryApi() {
  const subjects = new Map<string, string[]>();
  const levels = new Map<string, string>();
  /** Versions that are listed, and gone when they are asked for. */
  const deleted = new Set<number>();
  const ids: string[] = [];
  const idOf = (schema: string) => (ids.includes(schema) ? ids.indexOf(schema) : ids.push(schema) - 1) + 1;

  const versions = (subject: string, version: string | undefined): Answer => {
    const schemas = subjects.get(subject);
    if (schemas === undefined) return notFound(40_401);
    if (version === undefined) return found(schemas.map((_, index) => index + 1));
    const schema = deleted.has(Number(version)) ? undefined : schemas[Number(version) - 1];
    return schema === undefined ? notFound(40_402) : found({ subject, version: Number(version), schema });
  };
  const register = (subject: string, schema: string): Answer => {
    if (schema === '"incompatible"') return { status: 409, body: { error_code: 409, message: 'incompatible' } };
    subjects.set(subject, [...new Set([...(subjects.get(subject) ?? []), schema])]);
    return found({ id: idOf(schema) });
  };
  const lookUp = (subject: string, schema: string): Answer => {
    const schemas = subjects.get(subject);
    if (schemas === undefined) return notFound(40_401);
    return schemas.includes(schema) ? found({ id: idOf(schema), version: 1 }) : notFound(40_403);
  };

  const answer = ({ method, path, body }: ReceivedRequest): Answer => {
    const [withoutQuery = ''] = path.split('?');
    const [, kind, first = '', second, third] = withoutQuery.split('/').map(decodeURIComponent);
    const sent = body === '' ? {} : JSON.parse(body);
    switch (`${method} ${kind}`) {
      case 'GET schemas': {
        const schema = first === 'guids' ? (second === GUID ? SCHEMA_OF_GUID : undefined) : ids[Number(second) - 1];
        return schema === undefined ? notFound(40_403) : found({ schema });
      }
      case 'GET config':
        return found({ compatibilityLevel: levels.get(first) ?? 'BACKWARD' });
      case 'PUT config':
        levels.set(first, sent.compatibility);
        return found(sent);
      case 'GET subjects':
        return versions(first, third);
      case 'POST subjects':
        return second === 'versions' ? register(first, sent.schema) : lookUp(first, sent.schema);
      case 'POST compatibility': {
        if (!subjects.has(second ?? '')) return notFound(40_401);
        const isCompatible = sent.schema !== '"incompatible"';
        return found({ is_compatible: isCompatible, ...(!isCompatible && { messages: ['it is incompatible'] }) });
      }
      default:
        return { status: 405, body: {} };
    }
  };
  return { answer, subjects, levels, deleted };
}
