/** The public surface: to run the service, the simulator or a mapping from code, and to read what callmatch writes. */
import './linear-regexp.ts';

export type { Call, FinalCallStatus, Party, PhoneNumberType, SkipReason } from './cdr/call.ts';
export { compileMapping, type MappingOptions } from './cdr/mapping/compile.ts';
export type { Mapped, Mapping } from './cdr/mapping/mapping.ts';
export { createPhoneNumbers } from './cdr/phone-number.ts';
export { loadMapping } from './config/mapping-files.ts';
export { type Config, type ConfigInput, configSchema } from './config/schema.ts';
export { type Crm, type CrmOptions, startCrm } from './crm/server.ts';
export { ERRORS, type Fate } from './error-table.ts';
export { CallmatchError, type ErrorCode } from './errors.ts';
export { createOutcomeCodec, type EnrichedCall } from './outcome/enriched-call.ts';
export { type Processor, startProcessor } from './processor.ts';
export { VERSION } from './version.ts';
