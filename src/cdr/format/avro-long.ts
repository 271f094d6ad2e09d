/** Avro longs without loss: a number up to 2^53, a decimal text beyond. Pure. */
import avro from 'avsc';

/** The type that takes the place of avsc's `long`, which throws beyond 2^53. Slower, so used only where needed. */
export const exactLong = avro.types.LongType.__with({
  fromBuffer(bytes: Buffer) {
    const value = bytes.readBigInt64LE();
    const asNumber = Number(value);
    return Number.isSafeInteger(asNumber) ? asNumber : String(value);
  },
  // Defaults in a schema pass through these two.
  fromJSON: (value: unknown) => value,
  toJSON: (value: unknown) => value,
  isValid: (value: unknown) => typeof value === 'number' || typeof value === 'string',
  toBuffer() {
    throw new TypeError('only for reading');
  },
  compare() {
    throw new TypeError('only for reading');
  },
});
