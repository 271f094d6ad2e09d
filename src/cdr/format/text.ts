/** Bytes as text. Pure. */

const strict = new TextDecoder('utf-8', { fatal: true });
const western = new TextDecoder('windows-1252');

/** The text of UTF-8 bytes without a byte order mark; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * UTF-8, else Windows-1252. CSV carries no character set, and switches write the bytes of a caller's name as the trunk
 * sent them: an umlaut in a name must not cost the call.
 */
export function decodeLenient(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? western.decode(bytes);
}
