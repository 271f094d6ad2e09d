/** The story of a call for a person. Pure. */
import { maskNumbersIn } from '../cdr/masked-text.ts';
import type { EnrichedCall } from '../outcome/enriched-call.ts';
import { maskedOutcome, matchesText, outcomeLine } from '../outcome/outcome-text.ts';
import type { Chapter, Place } from './story.ts';

/** The same without full numbers and names. A record's key may be a number. */
export function maskedChapter(chapter: Chapter): Chapter {
  if (chapter.kind === 'outcome') return { ...chapter, outcome: maskedOutcome(chapter.outcome) };
  const { 'source-key': _, message = '', ...headers } = chapter.headers;
  return { ...chapter, headers: { ...headers, message: maskNumbersIn(message) } };
}

/** A block of lines for each chapter. */
export function storyLines(chapters: readonly Chapter[]): string[] {
  return chapters.flatMap((chapter) =>
    chapter.kind === 'outcome' ? outcomeLines(chapter.outcome, chapter.at) : troubleLines(chapter),
  );
}

function outcomeLines(outcome: EnrichedCall, at: Place): string[] {
  const {
    outcome: end,
    reason,
    attempts,
    verdict,
    lane,
    group,
    mapping,
    sources,
    latencyMs,
    engagementRequested,
  } = outcome;
  const how = verdict === 'fresh' ? '' : `, ${verdict}`;
  return [
    outcomeLine(outcome),
    ...(end === 'skipped'
      ? [`  why       ${reason ?? 'unknown'}`]
      : [
          `  matches   ${matchesText(outcome)}`,
          `  requests  ${attempts}${how}; engagement ${engagementRequested ? 'requested' : 'not requested'}`,
        ]),
    `  from      ${sources.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`).join(', ')}`,
    `  mapping   ${mapping.name} version ${mapping.version}; call ${outcome.callIndex} of its record`,
    `  by        group ${group}, lane ${lane}, ${latencyMs} ms after the record`,
    `  stands    ${placeText(at)}`,
  ];
}

function troubleLines({ kind, at, time, headers }: Exclude<Chapter, { kind: 'outcome' }>): string[] {
  const details = ['http-status', 'category', 'correlation-id'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name} ${headers[name]}`],
  );
  return [
    `${new Date(time).toISOString()}  ${headers.portal ?? '(no portal)'}  ${kind}  ${headers.code ?? ''}`,
    `  why       ${headers.message ?? ''}`,
    ...(details.length > 0 ? [`  HubSpot   ${details.join(', ')}`] : []),
    `  stage     ${headers.stage ?? ''}; requests ${headers.attempts ?? '0'}; redrives ${headers.redrives ?? '0'}`,
    `  from      ${headers['source-topic']}/${headers['source-partition']}@${headers['source-offset']}`,
    `  stands    ${placeText(at)}`,
  ];
}

function placeText({ topic, partition, offset }: Place): string {
  return `${topic}/${partition}@${offset}`;
}
