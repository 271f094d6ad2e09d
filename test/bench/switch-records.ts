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
