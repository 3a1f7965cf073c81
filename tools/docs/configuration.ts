import { writeFileSync } from 'node:fs';
import { describeSettings } from '#apps/server/config.ts';

// `npm run docs:config`: writes the reference page from the schema; a test compares them.
writeFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), describeSettings());
