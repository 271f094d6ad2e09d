/** A source of numbers from 0 (included) to 1 (excluded), like `Math.random`. */
export type Random = () => number;

/** A repeatable source (Marsaglia's xorshift with 32 bits): the same seed gives the same numbers. Not for secrets. */
export function seededRandom(seed: number): Random {
  // Small seeds would begin with small numbers; the multiplication spreads their bits, and zero is a fixed point.
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  next();
  next();
  return next;
}
