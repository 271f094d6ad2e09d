/** Records of the shape and size in which switches and contact centres write them, for the benchmark of their mappings. */

/** mod_json_cdr of an answered call, as it comes: about 130 variables, two entries of the call flow, an application log. */
export function freeswitchRecord(index: number) {
  const uuid = `3da8bf84-c133-4959-9e24-${String(index).padStart(12, '0')}`;
  const caller = `+1202555${String(index % 500).padStart(4, '0')}`;
  const profile = (destination: string, context: string) => ({
    dialplan: 'XML',
    extension: { name: 'Local_Extension', number: destination, applications: APPLICATIONS },
    caller_profile: {
      username: caller,
      dialplan: 'XML',
      caller_id_name: caller,
      ani: caller,
      aniii: '',
      caller_id_number: caller,
      network_addr: '198.51.100.7',
      rdnis: '',
      destination_number: destination,
      uuid,
      source: 'mod_sofia',
      context,
      chan_name: `sofia/external/${caller}@198.51.100.7`,
    },
    times: { created_time: '1768469460534355', progress_time: '1768469461594267', answered_time: '1768469465954373' },
  });
  return {
    'core-uuid': 'eb8bcdd2-d9eb-4f8f-80c3-1a4042aabe31',
    switchname: 'pbx-1',
    channel_data: { state: 'CS_REPORTING', direction: 'inbound', state_number: '11' },
    callStats: {},
    variables: {
      direction: 'inbound',
      uuid,
      call_uuid: uuid,
      ...OTHER_VARIABLES,
      sip_from_user: encodeURIComponent(caller),
      sip_full_from: `%22${encodeURIComponent(caller)}%22%20%3Csip%3A198.51.100.7%3E%3Btag%3Df25afe20`,
      sip_req_user: '12125550100',
      sofia_profile_name: 'external',
      channel_name: 'sofia/external/caller%40198.51.100.7',
      dialed_user: '1002',
      originate_disposition: 'SUCCESS',
      bridge_uuid: 'f52c26f1-b018-4963-bf6d-a3111d1a0320',
      last_sent_callee_id_number: '1002',
      hangup_cause: 'NORMAL_CLEARING',
      hangup_cause_q850: '16',
      proto_specific_hangup_cause: 'sip%3A200',
      start_stamp: '2026-01-15%2010%3A31%3A00',
      start_epoch: '1768469460',
      start_uepoch: '1768469460534355',
      progress_epoch: '1768469461',
      answer_epoch: '1768469465',
      end_epoch: '1768469545',
      last_app: 'bridge',
      last_arg: 'user/1002%40pbx.example',
      duration: '85',
      billsec: '80',
    },
    app_log: { applications: APPLICATIONS },
    callflow: [profile('1002', 'default'), profile('+12125550100', 'public')],
  };
}

const APPLICATIONS = ['set', 'hash', 'export', 'bridge'].map((name) => ({
  app_name: name,
  app_data: 'call_timeout=30',
}));
const OTHER_VARIABLES = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`rtp_audio_in_counter_${index}`, `${index * 1_031}`]),
);

/** A contact of an agent, without a chain. */
export function amazonConnectRecord(index: number) {
  const arn = 'arn:aws:connect:us-east-1:123456789012:instance/1d908e11-3d5f-4cfb-b34d-1e7e0f216898';
  return {
    AWSAccountId: '123456789012',
    AWSContactTraceRecordFormatVersion: '2017-03-10',
    Agent: {
      ARN: `${arn}/agent/57db30ae-8c01-44e6-abd5-80b7b51944cf`,
      AfterContactWorkDuration: 32,
      AfterContactWorkEndTimestamp: '2026-01-15T15:01:54Z',
      AfterContactWorkStartTimestamp: '2026-01-15T15:01:22Z',
      AgentInteractionDuration: 33,
      ConnectedToAgentTimestamp: '2026-01-15T15:00:49Z',
      CustomerHoldDuration: 0,
      HierarchyGroups: null,
      LongestHoldDuration: 0,
      NumberOfHolds: 0,
      RoutingProfile: { ARN: `${arn}/routing-profile/6e16b957`, Name: 'Basic Routing Profile' },
      Username: 'admin1',
    },
    AgentConnectionAttempts: 1,
    Attributes: { greetingPlayed: 'true' },
    Channel: 'VOICE',
    ConnectedToSystemTimestamp: '2026-01-15T14:59:38Z',
    ContactId: `15a5cf14-3212-45a1-9f86-${String(index).padStart(12, '0')}`,
    CustomerEndpoint: { Address: `+1202555${String(index % 500).padStart(4, '0')}`, Type: 'TELEPHONE_NUMBER' },
    DisconnectReason: 'CUSTOMER_DISCONNECT',
    DisconnectTimestamp: '2026-01-15T15:01:22Z',
    InitialContactId: null,
    InitiationMethod: 'INBOUND',
    InitiationTimestamp: '2026-01-15T14:59:38Z',
    InstanceARN: arn,
    LastUpdateTimestamp: '2026-01-15T15:03:02Z',
    MediaStreams: [{ Type: 'AUDIO' }],
    NextContactId: null,
    PreviousContactId: null,
    Queue: {
      ARN: `${arn}/queue/c677a7a5-1d56-4ce3-a890-79fc53f7fe3f`,
      DequeueTimestamp: '2026-01-15T15:00:49Z',
      Duration: 7,
      EnqueueTimestamp: '2026-01-15T15:00:42Z',
      Name: 'BasicQueue',
    },
    Recording: { Location: 'example/CallRecordings/2026/01/15/15a5cf14.wav', Status: 'AVAILABLE', Type: 'AUDIO' },
    References: [],
    SystemEndpoint: { Address: '+12125550100', Type: 'TELEPHONE_NUMBER' },
    TransferCompletedTimestamp: null,
    TransferredToEndpoint: null,
  };
}

const GENESYS_EVENTS = ['customer.start', 'user.start', 'acd.end', 'user.end', 'customer.end'];

/** An event of a conversation; five in a row make one. */
export function genesysEvent(index: number) {
  const conversationId = `6d0d4c55-0001-4000-8000-${String(Math.floor(index / 5)).padStart(12, '0')}`;
  const type = GENESYS_EVENTS[index % 5] ?? '';
  return {
    version: '0',
    id: `6efd5506-0000-1234-0000-${String(index).padStart(12, '0')}`,
    'detail-type': `v2.detail.events.conversation.{id}.${type}`,
    source: 'aws.partner/genesys.com/cloud/00000000-0000-0000-0000-000000000000/genesys_acme',
    account: '123456789012',
    time: '2026-01-15T15:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: {
      topicName: `v2.detail.events.conversation.${conversationId}.${type}`,
      version: '2',
      eventBody: {
        eventTime: 1_768_489_200_000 + (index % 5) * 20_000,
        conversationId,
        participantId: '6d0d4c55-0001-4000-8000-0000000000c1',
        sessionId: '6d0d4c55-0001-4000-8000-0000000000c2',
        mediaType: 'VOICE',
        provider: 'Edge',
        direction: 'INBOUND',
        ani: `tel:+1202555${String(index % 500).padStart(4, '0')}`,
        dnis: 'tel:+12125550100',
        divisionId: '6d0d4c55-0001-4000-8000-0000000000d1',
        queueId: '6d0d4c55-0001-4000-8000-0000000000e1',
        ...(type.startsWith('user') && { userId: '6d0d4c55-0001-4000-8000-0000000000f1' }),
        ...(type.endsWith('end') && { disconnectType: 'ENDPOINT', interactingDurationMs: 20_000 }),
        ...(type === 'acd.end' && { acdOutcome: 'ANSWERED', answeredUserId: '6d0d4c55-0001-4000-8000-0000000000f1' }),
      },
      metadata: { CorrelationId: '6d0d4c55-aaaa-4000-8000-0000000000aa' },
      timestamp: '2026-01-15T15:00:00.395Z',
    },
  };
}
