/** Regular expressions of mapping files. Pure; `src/linear-regexp.ts` makes sure that none runs away. */
import type { Place, Problems } from './problems.ts';

/** Longer texts are not looked at: they are no number, name or cause. */
const LONGEST_MATCHED = 4096;

/** Undefined for one that is refused, which is a problem. Without `u` and `i`, which the linear engine does not have. */
export function compileRegex(source: string, flags: '' | 'g', problems: Problems, place: Place): RegExp | undefined {
  try {
    const expression = new RegExp(source, flags);
    if (knowsLinear()) new RegExp(source, LINEAR);
    // The engine compiles at the first use, for narrow and for wide texts: only then one is found to be too large.
    for (const text of ['', '\u0100']) text.search(expression);
    return expression;
  } catch (error) {
    problems.add(place, `no regular expression that can be used: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** The text, if it is one that is matched at all. */
export function matchable(text: string | undefined): string | undefined {
  return text === undefined || text.length > LONGEST_MATCHED ? undefined : text;
}

const LINEAR = 'l';

/** Whether this process was started with the engine; without it an expression that runs away is not refused. */
function knowsLinear(): boolean {
  try {
    return new RegExp('', LINEAR).flags === LINEAR;
  } catch {
    return false;
  }
}
