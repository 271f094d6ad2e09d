/** Every file of the repository that is generated. */
import { renderMappingSchema } from '../cdr/mapping/json-schema.ts';
import { renderExampleFile } from '../config/example-file.ts';
import { renderJsonSchema } from '../config/json-schema.ts';
import { renderReference } from '../config/reference.ts';
import { renderTestSchema } from '../trial/test-file.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderHubspotPage } from './hubspot-page.ts';
import { renderMappingPage } from './mapping-page.ts';
import { renderMetricsPage } from './metrics-page.ts';

export interface GeneratedPage {
  /** From the root of the repository. */
  readonly path: string;
  readonly render: () => string;
}

export const PAGES: readonly GeneratedPage[] = [
  { path: 'docs/configuration.md', render: renderReference },
  { path: 'docs/errors.md', render: renderErrorsPage },
  { path: 'docs/hubspot.md', render: renderHubspotPage },
  { path: 'docs/mapping-reference.md', render: renderMappingPage },
  { path: 'docs/metrics.md', render: renderMetricsPage },
  { path: 'examples/full.yaml', render: renderExampleFile },
  { path: 'schemas/callmatch-config.schema.json', render: renderJsonSchema },
  { path: 'schemas/callmatch-mapping.schema.json', render: renderMappingSchema },
  { path: 'schemas/callmatch-mapping-test.schema.json', render: renderTestSchema },
];
