/**
 * Walks over an Avro value and checks that its bytes last. avsc believes the block counts of arrays and maps, so a
 * corrupt count of 2^60 would keep it in its loop for good; it checks the end of the bytes only afterwards. Pure.
 */
import avro, { type Type } from 'avsc';

/** Moves the cursor behind one value of the type; throws RangeError when the bytes end before. */
export type Walk = (cursor: Cursor) => void;

/** A place in the bytes that never goes back and never passes their end. */
export class Cursor {
  readonly bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  skip(count: number): void {
    if (!(count >= 0 && count <= this.bytes.length - this.position)) throw new RangeError('the value is cut off');
    this.position += count;
  }

  /** A zigzag-encoded int or long. Exact up to 2^53, and what lies beyond is only compared with the length. */
  long(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.bytes[this.position];
      if (byte === undefined) throw new RangeError('the value is cut off');
      this.position += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      factor *= 128;
    }
    throw new RangeError('an integer has more than ten bytes');
  }
}

/** The walk over values of a type; undefined when nothing in them repeats, so that avsc cannot be led astray. */
export function compileWalk(type: Type): Walk | undefined {
  const walks = new Map<Type, Walk>();
  let repeats = false;

  const walkOf = (each: Type): Walk => {
    const known = walks.get(each);
    if (known !== undefined) return known;
    // A recursive type meets itself before its walk is made.
    walks.set(each, (cursor) => walks.get(each)?.(cursor));
    const walk = make(each);
    walks.set(each, walk);
    return walk;
  };

  const make = (each: Type): Walk => {
    if (each instanceof avro.types.RecordType) {
      const fields = each.fields.map((field) => walkOf(field.type));
      return (cursor) => {
        for (const field of fields) field(cursor);
      };
    }
    if (each instanceof avro.types.UnwrappedUnionType || each instanceof avro.types.WrappedUnionType) {
      const branches = each.types.map(walkOf);
      return (cursor) => {
        const branch = branches[cursor.long()];
        if (branch === undefined) throw new RangeError('a union has no such branch');
        branch(cursor);
      };
    }
    if (each instanceof avro.types.ArrayType || each instanceof avro.types.MapType) {
      repeats = true;
      const isMap = each instanceof avro.types.MapType;
      return blocks(walkOf(isMap ? each.valuesType : each.itemsType), isMap);
    }
    return primitive(each);
  };

  const walk = walkOf(type);
  return repeats ? walk : undefined;
}

/**
 * Items come in counted blocks; a negative count is followed by the size of the block in bytes. avsc jumps by that size
 * over what the reader does not want, also backwards, so it has to be right.
 */
function blocks(item: Walk, isMap: boolean): Walk {
  return (cursor) => {
    for (let count = cursor.long(); count !== 0; count = cursor.long()) {
      const size = count < 0 ? cursor.long() : undefined;
      const start = cursor.position;
      const items = Math.abs(count);
      // Even items of no bytes are held to one each: nobody writes millions of nulls.
      if (items > cursor.bytes.length - start) throw new RangeError('a block count passes the end');
      for (let index = 0; index < items; index += 1) {
        if (isMap) cursor.skip(cursor.long());
        item(cursor);
      }
      if (size !== undefined && size !== cursor.position - start) throw new RangeError('a block has another size');
    }
  };
}

function primitive(type: Type): Walk {
  if (type instanceof avro.types.FixedType) {
    const { size } = type;
    return (cursor) => cursor.skip(size);
  }
  switch (type.typeName) {
    case 'null':
      return () => {};
    case 'boolean':
      return (cursor) => cursor.skip(1);
    case 'float':
      return (cursor) => cursor.skip(4);
    case 'double':
      return (cursor) => cursor.skip(8);
    case 'bytes':
    case 'string':
      return (cursor) => cursor.skip(cursor.long());
    // int, long in both forms, enum
    default:
      return (cursor) => void cursor.long();
  }
}
