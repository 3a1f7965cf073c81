import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decisionIndexContract } from '../postgres/decision-index.contract.ts';
import { indexAuditContract } from '../postgres/index-audit.contract.ts';
import { startEmbeddedPostgres } from './start.ts';

const start = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'acgs-embedded-'));
  const { poolConfig, stop } = await startEmbeddedPostgres({ directory });
  return {
    poolConfig,
    async stop() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

decisionIndexContract('the embedded PostgreSQL', start);
indexAuditContract('the embedded PostgreSQL', start);
