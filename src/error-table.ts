/**
 * Every way a record, a call, a portal or the process can fail. `docs/errors.md` is generated from this table, so the page
 * cannot drift from the code.
 */

/**
 * What the failure means for the thing that failed.
 * - `retry`: the same thing may succeed later; nothing is lost by waiting.
 * - `bury`: it can never succeed as it is; it goes to the dead-letter topic with the code.
 * - `pause-portal`: not the call but its portal is in trouble; its calls wait.
 * - `stop`: the process (or the command) cannot go on; a person has to act.
 */
export type Fate = 'retry' | 'bury' | 'pause-portal' | 'stop';

interface ErrorEntry {
  readonly fate: Fate;
  /** One sentence for people: what happened. */
  readonly meaning: string;
  /** One sentence for people: what to do about it. */
  readonly remedy: string;
}

export const ERRORS = {
  // decode
  undecodable: {
    fate: 'bury',
    meaning: 'The value is not in the format its source is configured for, or is cut off.',
    remedy: 'Look at the dead letter; set `sources[].format` if the guess of `auto` was wrong.',
  },
  'unknown-schema': {
    fate: 'bury',
    meaning: 'The schema id in the value is not in the registry.',
    remedy: 'Check that producer and callmatch use the same registry, then redrive.',
  },
  'unreadable-schema': {
    fate: 'bury',
    meaning: 'The writer schema cannot be resolved to the reader schema.',
    remedy: 'Fix the compatibility of the producer schema, then redrive.',
  },
  'framed-protobuf': {
    fate: 'bury',
    meaning: 'The value is Protobuf in Confluent framing; callmatch reads Avro, JSON and CSV.',
    remedy: 'Convert the topic to Avro or JSON upstream.',
  },
  'framed-json-schema': {
    fate: 'bury',
    meaning: 'The value is JSON Schema in Confluent framing; callmatch reads Avro, JSON and CSV.',
    remedy: 'Convert the topic to Avro or plain JSON upstream.',
  },
  // map
  'no-call-record': {
    fate: 'bury',
    meaning: 'The record lacks a field that every call record of this mapping has.',
    remedy: 'Something else is written to the topic (for example channel events); filter it upstream.',
  },
  'invalid-field': {
    fate: 'bury',
    meaning: 'A field of the record cannot be read by its mapping rule.',
    remedy: 'The message names the field; correct the mapping or the producer, then redrive.',
  },
  'unusable-number': {
    fate: 'bury',
    meaning: 'A phone number that the payload needs cannot be brought to E.164.',
    remedy:
      'Set `defaultCountry` or the mapping parameter `mainNumber` of the source, then redrive; or let such calls be skipped (`admit`).',
  },
  'mapping-crashed': {
    fate: 'bury',
    meaning: 'Handling the record threw an unexpected error: a mistake in callmatch.',
    remedy: 'Please report it with the dead letter; the stream goes on.',
  },
  'invalid-payload': {
    fate: 'bury',
    meaning: "The mapped call does not fit HubSpot's contract.",
    remedy: 'The message names the field; correct the mapping, then redrive.',
  },
  'unknown-portal': {
    fate: 'bury',
    meaning: 'The call belongs to no portal that is configured, by its header, its field or the number called.',
    remedy: 'The message says what was looked up; add the portal, its hubId or its number, then redrive.',
  },
  'parked-call-gone': {
    fate: 'bury',
    meaning: 'The mapping has changed, and makes no such parked or buried call of its record any more.',
    remedy: 'If it should be submitted, correct the mapping and redrive.',
  },
  // submit
  'crm-rejected': {
    fate: 'bury',
    meaning:
      'HubSpot answered that this request can never be accepted (400, 404, 409, 413, 415, 422 and other final 4xx).',
    remedy: 'Status, category and message are in the headers of the dead letter.',
  },
  'crm-throttled': {
    fate: 'retry',
    meaning: "HubSpot refused the request because the window's quota is used up (429).",
    remedy: 'None: the limiter waits. If it repeats, others use the same quota: lower `quota.requests`.',
  },
  'crm-locked': {
    fate: 'retry',
    meaning: 'HubSpot refused the request because the record is locked by heavy writes (423).',
    remedy: 'None: it is tried again after the lock.',
  },
  'crm-unreachable': {
    fate: 'retry',
    meaning: 'The connection or TLS handshake failed before the request was written.',
    remedy: 'None while HubSpot or the network is down; check `baseUrl` if it never worked.',
  },
  'crm-in-doubt': {
    fate: 'retry',
    meaning: 'The answer does not tell whether HubSpot took the call (408, 5xx, time-out, reset).',
    remedy: 'None: the call is looked up by its external id and sent again only if it is not there.',
  },
  'crm-daily-limit': {
    fate: 'pause-portal',
    meaning: "The portal's daily quota is used up (429 DAILY).",
    remedy: 'Wait for midnight of the account, or raise the limit at HubSpot.',
  },
  'crm-moving': {
    fate: 'pause-portal',
    meaning: 'HubSpot is moving the account to another data centre (477).',
    remedy: 'None: the portal is probed after Retry-After.',
  },
  'crm-unauthorized': {
    fate: 'pause-portal',
    meaning: 'HubSpot does not accept the access token (401), also after one forced refresh.',
    remedy: 'Give the portal a valid token.',
  },
  'crm-forbidden': {
    fate: 'pause-portal',
    meaning: 'The token may not do this (403).',
    remedy: 'Install the app with the scope crm.objects.contacts.write.',
  },
  'crm-redirected': {
    fate: 'pause-portal',
    meaning: 'The server answered with a redirect, which is never followed with a token.',
    remedy: 'Set `portals.<name>.baseUrl` to the address itself.',
  },
  'token-unavailable': {
    fate: 'retry',
    meaning: 'The OAuth server gives no access token at the moment (429, 5xx, no answer).',
    remedy: 'None: calls of the portal wait, and it is asked again. Check `portals.<name>.oauth` if it never worked.',
  },
  'token-refused': {
    fate: 'pause-portal',
    meaning: 'The OAuth server refused the refresh token, or the client, for good.',
    remedy:
      'The message has its reason. `invalid_client`: correct `clientId` and `clientSecret`. Else let the account owner install the app again, and store the new refresh token; a `refreshTokenFile` is read again by itself.',
  },
  'refresh-token-missing': {
    fate: 'pause-portal',
    meaning: 'The file with the refresh token of a portal cannot be read, or is empty.',
    remedy: 'Put the refresh token into `oauth.refreshTokenFile`; it is read again by itself.',
  },
  'portal-mismatch': {
    fate: 'pause-portal',
    meaning: 'The token belongs to another HubSpot account than the configured `hubId`.',
    remedy: 'Correct `hubId` or the token of the portal.',
  },
  'portal-busy': {
    fate: 'retry',
    meaning:
      'The portal is disabled, or has more calls waiting than it can be sent soon, or older ones that are parked.',
    remedy: 'None: its calls are parked, and drained in their order as the quota allows.',
  },
  poison: {
    fate: 'bury',
    meaning: 'The call failed `delivery.maxAttempts` times while other calls of its portal succeeded.',
    remedy: 'Look at the last error in the dead letter, then redrive.',
  },
  // kafka
  'record-too-large': {
    fate: 'bury',
    meaning: 'The broker refuses the output record because of its size.',
    remedy: 'Raise `max.message.bytes` of the output topic (`callmatch topics create` sets it).',
  },
  'broker-unavailable': {
    fate: 'retry',
    meaning: 'No broker answers.',
    remedy: 'None while Kafka is down; check `kafka.brokers`, `kafka.tls` and `kafka.sasl` if it never worked.',
  },
  'registry-unavailable': {
    fate: 'retry',
    meaning: 'The schema registry does not answer.',
    remedy: 'None while the registry is down; check `registry.url` and its credentials if it never worked.',
  },
  'topic-missing': {
    fate: 'stop',
    meaning: 'A topic that callmatch needs does not exist.',
    remedy: 'Run `callmatch topics create`.',
  },
  'schema-missing': {
    fate: 'stop',
    meaning: 'The registry does not have the schema of the outcome topic, or does not accept it.',
    remedy: 'Run `callmatch schemas register`. If the registry refuses it, the message has its reason.',
  },
  'group-active': {
    fate: 'stop',
    meaning: 'The offsets of a consumer group cannot be changed while it has members.',
    remedy: 'Stop every `callmatch run` of the group, or wait `kafka.sessionTimeout` for a killed one; then repeat.',
  },
  'replay-invalid': {
    fate: 'stop',
    meaning: 'A replay was asked for that cannot be made.',
    remedy: 'The message says why, and what to do first.',
  },
  'offsets-invalid': {
    fate: 'stop',
    meaning: 'A target, a partition or a file of saved offsets does not fit the group and its topics.',
    remedy: 'The message names what; `callmatch offsets show` tells what there is. Nothing was changed.',
  },
  'input-invalid': {
    fate: 'stop',
    meaning: 'A file that the command was given cannot be read, or is not what the command needs.',
    remedy: 'The message names the file, the place in it and what is wrong.',
  },
  'consumer-crashed': {
    fate: 'stop',
    meaning: 'The Kafka client gave up for good.',
    remedy: 'The message has the reason; the process exits so that its supervisor starts it anew.',
  },
  // process
  'config-invalid': {
    fate: 'stop',
    meaning: 'The configuration has mistakes.',
    remedy: 'Correct what is listed. docs/configuration.md has every field; `callmatch config check` only checks.',
  },
  'mapping-invalid': {
    fate: 'stop',
    meaning: 'A mapping file has mistakes, or there is no mapping of that name.',
    remedy: 'The message names the place in the file.',
  },
  'dependency-missing': {
    fate: 'stop',
    meaning: 'Something that the command needs is not installed or not running.',
    remedy: 'The message names what would do.',
  },
  'address-unavailable': {
    fate: 'stop',
    meaning: 'A server cannot listen on its address: the port is taken, or the address is not of this machine.',
    remedy: 'Choose another host or port, or end what listens there.',
  },
  'simulator-invalid': {
    fate: 'stop',
    meaning: 'A setting of the CRM simulator, its seed or a scripted fault has mistakes, or its store cannot be used.',
    remedy: 'The message names the place; docs/simulator.md describes what can be written.',
  },
  'drain-timeout': {
    fate: 'stop',
    meaning: 'Calls were still in flight when the drain deadline passed.',
    remedy: 'None: what was not settled is read again at the next start.',
  },
} as const satisfies Record<string, ErrorEntry>;
