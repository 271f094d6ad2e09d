/** The property by which a call can be found again. Only the client sets it: whether HubSpot would is not known. */
export const EXTERNAL_ID_PROPERTY = 'hs_call_external_id';

/** The first id: beyond 2^31, as those of HubSpot's call objects are. */
export const FIRST_ENGAGEMENT_ID = 40_000_000_001;

/** What makes an engagement. */
export interface EngagementRecord {
  readonly id: number;
  /** Name of the portal that it belongs to. */
  readonly portal: string;
  readonly externalCallId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** JSON object with `engagementProperties` as given; the simulator adds none. */
  readonly propertiesJson: string;
}

/**
 * A call object of the simulated CRM, made by an inbound call with `createEngagement`. Its properties are kept as
 * one text: millions are held in memory, and an object with a dozen strings each would keep the garbage collector busy.
 */
export class Engagement implements EngagementRecord {
  readonly id: number;
  readonly portal: string;
  readonly externalCallId: string;
  readonly createdAt: number;
  readonly propertiesJson: string;

  constructor({ id, portal, externalCallId, createdAt, propertiesJson }: EngagementRecord) {
    this.id = id;
    this.portal = portal;
    this.externalCallId = externalCallId;
    this.createdAt = createdAt;
    this.propertiesJson = propertiesJson;
  }

  /** Parsed anew at each reading. */
  get properties(): Readonly<Record<string, string>> {
    return JSON.parse(this.propertiesJson);
  }
}

const stamp = (time: number): string => new Date(time).toISOString();

/**
 * A property as the calls API shows it: those that HubSpot adds to every call, else the given ones.
 * Undefined if the call does not have it.
 */
export function propertyOf(engagement: Engagement, name: string): string | undefined {
  switch (name) {
    case 'hs_object_id':
      return String(engagement.id);
    case 'hs_createdate':
    case 'hs_lastmodifieddate':
      return stamp(engagement.createdAt);
    default: {
      const { properties } = engagement;
      // A name comes from outside: `constructor` must not find what every object inherits.
      return Object.hasOwn(properties, name) ? properties[name] : undefined;
    }
  }
}
