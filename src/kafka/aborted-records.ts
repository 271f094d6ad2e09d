/**
 * Cures how kafkajs 2.2.4 leaves out the records of aborted transactions. It knows the end of one by the key of the
 * broker's control record, four zero bytes, but does not look whether it is a control record: a record of a call with
 * the key 0, as an int32, ended the transaction, and the rest of it was delivered as if it had been committed.
 */
import { kafkajsPrototype } from './kafkajs-class.ts';

/** The part of kafkajs's batch that is needed here. */
export interface Batch {
  /** Assigned by its constructor, which then leaves out of it what was aborted. */
  messagesWithinOffset: FetchedMessage[];
  isEmpty(): boolean;
}

export interface FetchedMessage {
  readonly key: Buffer | null;
  readonly isControlRecord: boolean;
}

const ABORT_KEY = Buffer.alloc(4);

/** Shows `keep` such records without their key, which it looks at for nothing else. */
function filter(this: FetchedMessage[], keep: (message: FetchedMessage) => boolean): FetchedMessage[] {
  return Array.from(this).filter((message) => keep(isMistakable(message) ? { ...message, key: null } : message));
}

function isMistakable({ key, isControlRecord }: FetchedMessage): boolean {
  return !isControlRecord && key?.length === ABORT_KEY.length && key.equals(ABORT_KEY);
}

export function batchPrototype(): Batch {
  return kafkajsPrototype<Batch>('consumer/batch', ['isEmpty']);
}

/** For everything that this process reads. Doing it twice changes nothing. */
export function cureAbortedRecords(prototype: Batch = batchPrototype()): void {
  Object.defineProperty(prototype, 'messagesWithinOffset', {
    configurable: true,
    set(this: Batch, messages: FetchedMessage[]) {
      const value = messages.some(isMistakable) ? Object.assign(messages, { filter }) : messages;
      Object.defineProperty(this, 'messagesWithinOffset', { value });
    },
  });
}
