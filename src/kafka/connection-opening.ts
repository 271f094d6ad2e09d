/**
 * Two cures for how kafkajs 2.2.4 opens a connection.
 *
 * - Issue 715: when a connection breaks in the middle of a response, it keeps the half it has, and takes what comes over
 *   the next connection for the other half. Then no request is answered any more, or an exception ends the process. A
 *   broker that restarts while it sends records is enough. Now every connection begins without a rest.
 * - Two requests that find it closed open it once each. What comes over either is taken for one stream of responses, and
 *   when the broker closes the one that nobody uses, the requests on the other are rejected. Now they share the attempt.
 */
import { kafkajsPrototype } from './kafkajs-class.ts';

/** A response begins with its length. */
const LENGTH_BYTES = 4;

/** The part of kafkajs's connection that opens it and takes responses from the chunks in which they come. */
export interface Connection {
  isConnected(): boolean;
  /** Ends within the connection timeout, also when it is disconnected meanwhile. */
  connect(): Promise<unknown>;
  /** What came of a response so far, and how many bytes that are. */
  chunks: Buffer[];
  bytesBuffered: number;
  /** Bytes that must have come before it is looked at again. */
  bytesNeeded: number;
}

const cured = new WeakSet<Connection>();
const attempts = new WeakMap<Connection, Promise<unknown>>();

/** kafkajs's class of connections. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function connectionPrototype(): Connection {
  return kafkajsPrototype('network/connection', ['connect', 'isConnected']);
}

/** For every connection of this process. Doing it twice changes nothing. */
export function cureConnectionOpening(prototype: Connection = connectionPrototype()): void {
  if (cured.has(prototype)) return;
  cured.add(prototype);
  const { connect } = prototype;
  prototype.connect = function connectAfresh(this: Connection) {
    if (this.isConnected()) return connect.call(this);
    const underWay = attempts.get(this);
    if (underWay !== undefined) return underWay;
    this.chunks = [];
    this.bytesBuffered = 0;
    this.bytesNeeded = LENGTH_BYTES;
    const attempt = connect.call(this).finally(() => attempts.delete(this));
    attempts.set(this, attempt);
    return attempt;
  };
}
