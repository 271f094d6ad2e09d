/** Finds a portal's name by what a record can say of it: the name itself, the hub id, a number called. Pure. */

/** What of a portal's settings names it. */
export interface PortalMarks {
  readonly hubId?: number | undefined;
  /** E.164 numbers; one that ends in `*` stands for all that begin so. */
  readonly numbers: readonly string[];
}

export interface PortalIndex {
  /** The portal of that name, or whose hub id these digits are. */
  named(text: string): string | undefined;
  /** The portal with that number, else the one with the longest beginning of it. @param e164 with plus */
  numbered(e164: string): string | undefined;
}

/** A mark that two portals have; the first one keeps it. `path` leads from the second one's name to its mark. */
export interface Clash {
  readonly first: string;
  readonly path: readonly [portal: string, field: 'hubId'] | readonly [portal: string, field: 'numbers', index: number];
}

/** @param onClash told of every mark that is not a portal's own */
export function createPortalIndex(
  portals: Readonly<Record<string, PortalMarks>>,
  onClash: (clash: Clash) => void = () => {},
): PortalIndex {
  // No hub id is a name: names begin with a letter.
  const byName = new Map<string, string>();
  const byNumber = new Map<string, string>();
  const byBeginning = new Map<string, string>();
  const claim = (index: Map<string, string>, mark: string, path: Clash['path']) => {
    const first = index.get(mark);
    if (first === undefined) index.set(mark, path[0]);
    else onClash({ first, path });
  };

  for (const [name, { hubId, numbers }] of Object.entries(portals)) {
    byName.set(name, name);
    if (hubId !== undefined) claim(byName, String(hubId), [name, 'hubId']);
    for (const [index, number] of numbers.entries()) {
      const path = [name, 'numbers', index] as const;
      if (number.endsWith('*')) claim(byBeginning, number.slice(0, -1), path);
      else claim(byNumber, number, path);
    }
  }
  /** Longest first. There are at most 15, however many portals. */
  const lengths = [...new Set([...byBeginning.keys()].map(({ length }) => length))].sort((a, b) => b - a);

  return {
    named: (text) => byName.get(text),
    numbered(e164) {
      const whole = byNumber.get(e164);
      if (whole !== undefined) return whole;
      for (const length of lengths) {
        const found = byBeginning.get(e164.slice(0, length));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
