/** A call that waits can be taken back to be parked: its portal is in trouble, or has more to do than it can. */

/** The reason of an abort that takes back a call, and does not give it up. */
export const PARK = new Error('the call is to be parked');

/** A call that was taken back while nothing of it was on the wire. */
export interface Parked {
  readonly parked: true;
  /** HubSpot may have it: it has to be looked up before it is sent again. */
  readonly inDoubt: boolean;
  /** Requests made for it so far. */
  readonly attempts: number;
}
