/** Phone numbers in a text of somebody else's, which may end up in a log line or an error message. Pure. */
import { maskNumber } from './masking.ts';

/** The text with everything masked in it that has the length of a phone number: seven digits on, however written. */
export function maskNumbersIn(text: string): string {
  return text.replace(/\+?\d(?:[ ().-]{0,2}\d){6,}/g, maskNumber);
}
