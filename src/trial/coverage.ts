/** Rules of a mapping that its tests never needed: no case made them give anything. Pure. */
import { type Place, showPlace } from '../cdr/mapping/problems.ts';
import type { RuleTrace } from '../cdr/mapping/trace.ts';
import { isNothing } from '../cdr/scalar.ts';
import { isInside } from './explanation.ts';

export interface Coverage {
  readonly trace: RuleTrace;
  /** Places of the rules that gave nothing, or never held, in all cases; of one inside another only the outer one. */
  unused(): readonly string[];
  /** Rules there are. */
  readonly size: number;
}

export function createCoverage(): Coverage {
  const rules = new Map<string, Place>();
  const used = new Set<string>();
  return {
    trace: {
      compiled: (place) => void rules.set(showPlace(place), place),
      begin() {},
      gave(place, result) {
        if (!isNothing(result) && result !== false) used.add(showPlace(place));
      },
    },
    unused() {
      const unused = [...rules].filter(([name]) => !used.has(name));
      const outer = unused.filter(([, place]) => !unused.some(([, other]) => isInside(place, other)));
      return outer.map(([name]) => name);
    },
    get size() {
      return rules.size;
    },
  };
}
