import { describe } from 'vitest';
import { postgresMissing, startTestPostgres } from '../../../tests/support/postgres.ts';
import { decisionIndexContract } from './decision-index.contract.ts';
import { indexAuditContract } from './index-audit.contract.ts';

const missing = postgresMissing();

// Does not run where Debian's postgresql-15 is not installed; its name then says so, with the fix.
describe.skipIf(missing !== undefined)(missing ?? 'a real server', () => {
  decisionIndexContract('PostgreSQL 15', startTestPostgres);
  indexAuditContract('PostgreSQL 15', startTestPostgres);
});
