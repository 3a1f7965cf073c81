import { describe } from 'vitest';
import { postgresMissing, startTestPostgres } from '../../../tests/support/postgres.ts';
import { decisionIndexContract } from './decision-index.contract.ts';

const missing = postgresMissing();

describe.skipIf(missing !== undefined)(missing ?? 'a real server', () => {
  decisionIndexContract('PostgreSQL 15', startTestPostgres);
});
