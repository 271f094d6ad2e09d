/** What is said of something that happens: its log line and its metric. */

export type Level = 'off' | 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface Happening {
  /** Level of the log line; `off` for what happens with every record. */
  readonly level: Level;
  /** Text of the log line. */
  readonly message: string;
  readonly counter?: { readonly name: string; readonly help: string; readonly labels: readonly string[] };
  /** Observed with the field `seconds`. */
  readonly histogram?: { readonly name: string; readonly help: string; readonly labels: readonly string[] };
}
