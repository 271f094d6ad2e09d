/**
 * Cures kafkajs issue 715. When a connection breaks in the middle of a response, kafkajs 2.2.4 keeps the half it has,
 * and takes what comes over the next connection for the other half. Then no request is answered any more, or an
 * exception ends the process. A broker that restarts while it sends records is enough.
 */
import { kafkajsPrototype } from './kafkajs-class.ts';

/** A response begins with its length. */
const LENGTH_BYTES = 4;

/** The part of kafkajs's connection that takes responses from the chunks in which they come. */
export interface Connection {
  isConnected(): boolean;
  connect(): Promise<unknown>;
  /** What came of a response so far, and how many bytes that are. */
  chunks: Buffer[];
  bytesBuffered: number;
  /** Bytes that must have come before it is looked at again. */
  bytesNeeded: number;
}

const cured = new WeakSet<Connection>();

/** kafkajs's class of connections. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function connectionPrototype(): Connection {
  return kafkajsPrototype('network/connection', ['connect', 'isConnected']);
}

/** Makes every connection of this process begin without a rest of the one before. Doing it twice changes nothing. */
export function cureCutOffResponse(prototype: Connection = connectionPrototype()): void {
  if (cured.has(prototype)) return;
  cured.add(prototype);
  const { connect } = prototype;
  prototype.connect = function connectAfresh(this: Connection) {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = LENGTH_BYTES;
    }
    return connect.call(this);
  };
}
