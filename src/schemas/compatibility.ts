/**
 * Whether data of two versions of an Avro schema can be read with each other. Pure.
 * Source: Avro 1.11 specification, "Schema Resolution", as avsc implements it.
 */
import avro from 'avsc';
import { messageOf } from '../errors.ts';

/** What forbids a schema beside an earlier one, for people; empty when each reads what was written with the other. */
export function incompatibilities(schema: string, earlier: string): readonly string[] {
  let types: readonly [current: avro.Type, earlier: avro.Type];
  try {
    types = [typeOf(schema), typeOf(earlier)];
  } catch (error) {
    return [`no Avro schema: ${messageOf(error)}`];
  }
  const [current, previous] = types;
  return [
    ...unreadable(current, previous).map((why) => `new readers fail on old records: ${why}`),
    ...unreadable(previous, current).map((why) => `old readers fail on new records: ${why}`),
  ];
}

/** Throws when the text is no Avro schema; a default that does not fit its field makes it none. */
function typeOf(schema: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(schema), { wrapUnions: true });
}

function unreadable(reader: avro.Type, writer: avro.Type): string[] {
  try {
    reader.createResolver(writer);
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}
