/**
 * Everything that can happen on a record's way, each defined once: its log line and its metric.
 * `docs/metrics.md` is generated from this table. Names are `callmatch_` + name; counters end in `_total`.
 */
import type { Happening } from './happening.ts';

export const HAPPENINGS = {
  recordRead: {
    level: 'off',
    message: 'record read',
    counter: { name: 'records_read_total', help: 'Records read from the source topics.', labels: ['topic'] },
  },
  callRead: {
    level: 'off',
    message: 'call read',
    counter: {
      name: 'calls_read_total',
      help: 'Calls read; a record without a call counts as one, and so does each record of one call. At rest, with none parked: enriched + skipped + buried + folded.',
      labels: ['topic'],
    },
  },
  callEnriched: {
    level: 'debug',
    message: 'call enriched',
    counter: {
      name: 'calls_enriched_total',
      help: 'Calls submitted to HubSpot and published, by what HubSpot knew of the caller.',
      labels: ['portal', 'matchKind'],
    },
    histogram: {
      name: 'call_end_to_end_seconds',
      help: 'From the timestamp of the source record to the acknowledged outcome.',
      labels: ['portal'],
    },
  },
  callSkipped: {
    level: 'debug',
    message: 'call skipped',
    counter: { name: 'calls_skipped_total', help: 'Calls that are none of ours, by reason.', labels: ['reason'] },
  },
  callBuried: {
    level: 'warn',
    message: 'call buried',
    counter: {
      name: 'calls_buried_total',
      help: 'Calls that can never succeed, by error code; they are in the dead-letter topic.',
      labels: ['code'],
    },
  },
  callFolded: {
    level: 'debug',
    message: 'record belongs to a call that ends with another one',
    counter: {
      name: 'calls_folded_total',
      help: 'Records that ended with the call of another: joined with it, or late, which came when it was over.',
      labels: ['how'],
    },
  },
  foldClosed: {
    level: 'debug',
    message: 'a call of several records is over',
    counter: {
      name: 'folds_closed_total',
      help: 'Calls of several records, by what ended them: end, idle, or a limit (parts, bytes, open).',
      labels: ['by'],
    },
  },
  foldLookFailed: {
    level: 'warn',
    message: 'the ends of the source partitions could not be asked for, so open calls wait; will be tried again',
    counter: {
      name: 'fold_look_failures_total',
      help: 'Failed requests for the ends of source partitions.',
      labels: [],
    },
  },
  callParked: {
    level: 'debug',
    message: 'call parked',
    counter: {
      name: 'calls_parked_total',
      help: 'Calls written to the parked topic, because their portal is in trouble or has more than it can take soon.',
      labels: ['portal', 'code'],
    },
  },
  parkingRefused: {
    level: 'warn',
    message: 'call is too large for the parked topic, so it waits and holds up its partition; raise max.message.bytes',
    counter: { name: 'parkings_refused_total', help: 'Calls too large to be parked.', labels: ['portal'] },
  },
  drainFailed: {
    level: 'warn',
    message: 'parked calls could not be read, will be tried again',
    counter: { name: 'drain_failures_total', help: 'Failed reads of parked calls.', labels: [] },
  },
  parkedCallGone: {
    level: 'error',
    message: 'a parked record was deleted before its call had an end',
    counter: { name: 'parked_gone_total', help: 'Parked calls deleted before they had an end.', labels: ['portal'] },
  },
  requestAnswered: {
    level: 'off',
    message: 'request answered',
    counter: {
      name: 'requests_total',
      help: 'Requests to HubSpot by status; `none` for no answer.',
      labels: ['portal', 'status'],
    },
    histogram: {
      name: 'request_seconds',
      help: 'From sending a request to the end of its answer.',
      labels: ['portal'],
    },
  },
  submitRetried: {
    level: 'warn',
    message: 'request failed, will be tried again',
    counter: { name: 'retries_total', help: 'Requests to be tried again, by error code.', labels: ['portal', 'code'] },
  },
  callLookedUp: {
    level: 'info',
    message: 'call in doubt looked up',
    counter: {
      name: 'lookups_total',
      help: 'Calls looked up after an answer that proves nothing, by whether HubSpot had them; `forbidden`: it may not be asked.',
      labels: ['portal', 'found'],
    },
  },
  agentUnknown: {
    level: 'debug',
    message: 'agent of a call is no user of the portal',
    counter: {
      name: 'agents_unknown_total',
      help: 'Agents of calls that no HubSpot user was found for; the calls go without them.',
      labels: ['portal'],
    },
  },
  usersSynced: {
    level: 'info',
    message: 'users of the portal read',
    counter: { name: 'user_syncs_total', help: 'Times the owners of a portal were read.', labels: ['portal'] },
  },
  usersNotSynced: {
    level: 'warn',
    message:
      'users of the portal could not be read (it takes the scope crm.objects.owners.read); calls go with those known so far',
    counter: {
      name: 'user_sync_failures_total',
      help: 'Times the owners of a portal could not be read, by error code.',
      labels: ['portal', 'code'],
    },
  },
  searchForbidden: {
    level: 'warn',
    message:
      'the token may not search calls (403), so calls in doubt are sent again unseen; grant crm.objects.contacts.read',
  },
  portalChanged: {
    level: 'warn',
    message: 'portal changed its state',
    counter: { name: 'portal_changes_total', help: 'Changes of portal states.', labels: ['portal', 'state'] },
  },
  tokenRefreshed: {
    level: 'debug',
    message: 'access token refreshed',
    counter: { name: 'token_refreshes_total', help: 'Access tokens got by the refresh grant.', labels: ['portal'] },
  },
  tokenRefreshFailed: {
    level: 'warn',
    message: 'access token could not be refreshed, will be tried again',
    counter: {
      name: 'token_refresh_failures_total',
      help: 'Failed refresh grants, by error code.',
      labels: ['portal', 'code'],
    },
  },
  refreshTokenKept: { level: 'info', message: 'new refresh token written to its file' },
  refreshTokenNotKept: {
    level: 'error',
    message: 'HubSpot gave a new refresh token that is not written down, so a restart would use the old one',
    counter: {
      name: 'refresh_token_write_failures_total',
      help: 'Times that a new refresh token could not be written down.',
      labels: ['portal'],
    },
  },
  portalsReloaded: {
    level: 'info',
    message: 'list of portals read again',
    counter: { name: 'portal_reloads_total', help: 'Times a changed list of portals took effect.', labels: [] },
  },
  portalKept: {
    level: 'error',
    message: 'a portal could not be read again and stays as it was; one that is new is left out',
    counter: { name: 'portals_kept_total', help: 'Portals with mistakes at a reload.', labels: [] },
  },
  reloadFailed: {
    level: 'error',
    message: 'the configuration could not be read again; everything stays as it was',
    counter: { name: 'reload_failures_total', help: 'Reloads of which nothing was used.', labels: [] },
  },
  groupJoined: {
    level: 'info',
    message: 'joined the consumer group',
    counter: { name: 'rebalances_total', help: 'Times this member got an assignment.', labels: [] },
  },
  partitionsRestored: {
    level: 'info',
    message: 'partitions restored',
    histogram: {
      name: 'rebalance_seconds',
      help: 'From the first sign of a rebalance, when sending stops, until every partition is open again.',
      labels: [],
    },
  },
  offsetLost: {
    level: 'error',
    message:
      'records were deleted before they were read, so the partition stands still; `callmatch offsets show` tells more, `offsets reset` or kafka.onOffsetLost=resume goes on',
    counter: {
      name: 'offsets_lost_total',
      help: 'Times a partition was stopped because records were deleted before they were read.',
      labels: ['topic', 'partition'],
    },
  },
  offsetLostAndPassed: {
    level: 'error',
    message: 'records were deleted before they were read; reading goes on behind them, as kafka.onOffsetLost says',
    counter: {
      name: 'offsets_lost_and_passed_total',
      help: 'Times reading went on behind records that were deleted before they were read.',
      labels: ['topic', 'partition'],
    },
  },
  restoreFailed: {
    level: 'warn',
    message: 'partitions could not be restored, will be tried again',
    counter: { name: 'restore_failures_total', help: 'Failed reads of committed offsets.', labels: [] },
  },
  startPlaced: { level: 'info', message: 'first start of this group on a partition' },
  committed: {
    level: 'trace',
    message: 'offsets committed',
    counter: { name: 'commits_total', help: 'Offset commits acknowledged.', labels: [] },
  },
  commitFailed: {
    level: 'warn',
    message: 'offset commit failed, will be tried again',
    counter: { name: 'commit_failures_total', help: 'Offset commits refused or unanswered.', labels: [] },
  },
  consumerGaveUp: {
    level: 'warn',
    message: 'the Kafka client gave up; after an outage of the brokers it is started again',
    counter: { name: 'consumer_failures_total', help: 'Times the Kafka client gave up reading.', labels: [] },
  },
  publishFailed: {
    level: 'warn',
    message: 'output could not be written, will be tried again',
    counter: { name: 'publish_failures_total', help: 'Failed writes of output records.', labels: [] },
  },
  quotaSharingFailed: {
    level: 'warn',
    message: 'the topic callmatch.control, on which instances divide quotas, could not be used, will be tried again',
    counter: {
      name: 'quota_sharing_failures_total',
      help: 'Failed reads and writes of what instances tell each other of quotas.',
      labels: [],
    },
  },
  redisFailed: {
    level: 'warn',
    message: 'Redis, in which a quota is counted, does not answer; calls of its portals wait',
    counter: { name: 'redis_failures_total', help: 'Lost connections to Redis and failed requests.', labels: [] },
  },
  schemaLoaded: {
    level: 'info',
    message: 'writer schema loaded',
    counter: { name: 'schemas_loaded_total', help: 'Writer schemas fetched from the registry.', labels: [] },
  },
  schemaFailed: {
    level: 'warn',
    message: 'writer schema could not be fetched, will be tried again',
    counter: { name: 'schema_failures_total', help: 'Failed fetches of writer schemas.', labels: [] },
  },
  started: { level: 'info', message: 'callmatch is running' },
  stopping: { level: 'info', message: 'stopping: no new calls, waiting for those on the wire' },
  stopped: { level: 'info', message: 'stopped' },
  failed: { level: 'error', message: 'callmatch cannot go on' },
} as const satisfies Record<string, Happening>;

export type HappeningName = keyof typeof HAPPENINGS;
