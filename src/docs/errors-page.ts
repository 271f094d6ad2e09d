/** docs/errors.md: every error code, by what becomes of the thing that failed. Pure. */
import { ERRORS, type Fate } from '../error-table.ts';
import { code, generatedFrom, table } from './markdown.ts';

const FATES: Record<Fate, string> = {
  retry: 'The same thing may succeed later. callmatch tries again by itself, and nothing is lost by waiting.',
  bury: 'It can never succeed as it is. It goes to the dead-letter topic with the code; `callmatch dlq redrive` sends it through again.',
  'pause-portal': 'Not the call but its portal is in trouble. The calls of the portal wait, and go on by themselves.',
  stop: 'The process, or the command, cannot go on. A person has to act.',
};

export function renderErrorsPage(): string {
  const entries = Object.entries(ERRORS);
  const sections = Object.entries(FATES).map(([fate, meaning]) => {
    const rows = entries
      .filter(([, entry]) => entry.fate === fate)
      .map(([name, entry]) => [code(name), entry.meaning, entry.remedy]);
    return [`## ${code(fate)}`, meaning, table(['code', 'what happened', 'what to do'], rows)].join('\n\n');
  });
  const introduction =
    'Every failure has a code: in log lines, in the label `code` of metrics, in the header `callmatch.code` of dead ' +
    'letters, and on the terminal. The code decides what becomes of the thing that failed.';
  return `${['# Errors', generatedFrom('src/error-table.ts'), introduction, ...sections].join('\n\n')}\n`;
}
