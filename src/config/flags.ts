/** `--set kafka.brokers=a:9092,b:9092` as settings. */
import { coerce } from './coerce.ts';
import { type Field, fieldAt } from './field.ts';
import type { Assignment } from './origin.ts';
import { parsePath, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { unknownFieldText, unknownPart } from './unknown-field.ts';

/** @param flags the arguments of `--set`, in order; the last one of a path wins. */
export function readFlags(
  root: Field,
  flags: readonly string[],
): { assignments: readonly Assignment[]; problems: readonly Problem[] } {
  const assignments: Assignment[] = [];
  const problems: Problem[] = [];
  for (const text of flags) {
    const [place = '', ...rest] = text.split('=');
    const flag = `--set ${place}`;
    const path = parsePath(place);
    if (rest.length === 0 || path === undefined) {
      // Not quoted: it may be a secret whose name got lost.
      problems.push({ place: '--set', text: 'expected PATH=VALUE, such as --set kafka.brokers=a:9092,b:9092' });
      continue;
    }
    const unknown = unknownPart(root, path);
    const field = fieldAt(root, path);
    if (unknown) problems.push({ place: flag, text: `${pathText(unknown)}: ${unknownFieldText(root, unknown)}` });
    else if (field) assignments.push({ path, value: coerce(field, rest.join('=')), origin: { from: 'flag', flag } });
  }
  return { assignments, problems };
}
