/**
 * A cache that never holds more than `capacity` entries, in two generations: when the young one is full it becomes the
 * old one, and what was in the old one and has not been used since is forgotten. As good as LRU for our loads, at the
 * cost of one or two map look-ups. Pure.
 */
export interface BoundedCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  /** Entries held; one that is used across a change of generation counts twice for a while. */
  readonly size: number;
}

export function createBoundedCache<Key, Value>(capacity: number): BoundedCache<Key, Value> {
  const perGeneration = Math.max(1, Math.floor(capacity / 2));
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();

  const set = (key: Key, value: Value) => {
    if (capacity < 1) return;
    if (young.size >= perGeneration && !young.has(key)) {
      // There is no room for an old generation beside a single entry.
      if (capacity > 1) old = young;
      young = new Map();
    }
    young.set(key, value);
  };

  return {
    get(key) {
      const fresh = young.get(key);
      if (fresh !== undefined) return fresh;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    set,
    get size() {
      return young.size + old.size;
    },
  };
}
