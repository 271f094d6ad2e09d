/** Rules that read what is around a record: `outer`, `header`, `kafka`. Pure. */
import { z } from 'zod';
import type { Place } from './problems.ts';
import { headerOf, type Reader, textOfBytes } from './reader.ts';
import type { RuleCompiler } from './rule-compiler.ts';

const KAFKA_FIELDS = ['timestamp', 'key', 'topic'] as const;

export interface OuterRule<Value> {
  outer: Value;
}
export interface HeaderRule {
  header: string;
}
export interface KafkaRule {
  kafka: (typeof KAFKA_FIELDS)[number];
}

export const originForms = (value: z.ZodType) => ({
  outer: z.strictObject({
    outer: value.describe('Read from the whole record: before `unwrap`, `each` and `in`.'),
  }),
  header: z.strictObject({
    header: z.string().min(1).describe('Header of the Kafka record with this name; the last one of several.'),
  }),
  kafka: z.strictObject({
    kafka: z.enum(KAFKA_FIELDS).describe('What Kafka says of the record; `timestamp` in milliseconds since 1970.'),
  }),
});

export function compileOrigin<Value, When>(
  rule: OuterRule<Value> | HeaderRule | KafkaRule,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  if ('header' in rule) return (_record, origin) => headerOf(origin, rule.header);
  if ('kafka' in rule) return KAFKA_READERS[rule.kafka];
  const read = compiler.value(rule.outer, [...place, 'outer']);
  return (_record, origin) => {
    if (origin.decode === undefined) return read(origin.whole, origin);
    // Once: what an `outer` inside of this one reads is decoded with the rest.
    const { decode, ...plain } = origin;
    return decode(read(origin.whole, plain));
  };
}

const KAFKA_READERS: Readonly<Record<KafkaRule['kafka'], Reader>> = {
  timestamp: (_record, { recordTime }) => (recordTime > 0 ? recordTime : undefined),
  key: (_record, { key }) => textOfBytes(key),
  topic: (_record, { topic }) => topic,
};
