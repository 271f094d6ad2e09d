/** Names of Asterisk channels, for the device behind one. Pure. */

/**
 * `PJSIP/201-0000001b` is a channel of the device 201; the last part counts channels. Source: Asterisk, channel names of
 * chan_pjsip, chan_sip, chan_iax2 and chan_sccp. In DAHDI and others stands a line, which is no device.
 */
const DEVICE = /^(?:PJSIP|SIP|IAX2|SCCP)\/(.+)-[\da-f]+$/i;
/** `Local/201@from-queue-0000001b;1` rings the extension 201, as queues of FreePBX do; words are steps of a dialplan. */
const LOCAL = /^Local\/(\d+)@/i;

/** Device or extension of a channel, by its name; undefined when the name does not tell clearly. */
export function deviceOf(channel: string): string | undefined {
  return (DEVICE.exec(channel) ?? LOCAL.exec(channel))?.[1];
}
