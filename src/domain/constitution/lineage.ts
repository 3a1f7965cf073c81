/**
 * The lineage's genesis: the SHA-256 of the genesis constitution's text. The text is data outside this project;
 * only the digest is pinned. It is never compared with itself: `verifyGenesis` hashes a text and compares.
 */
export const GENESIS_DIGEST = 'cdd01ef066bc6cf21ad294837e232073d8d1f07aa8a1c36da2aae997a3231a0f';

/** The constitutional hash: names the lineage in every answer, record and metric. */
export const CONSTITUTIONAL_HASH = GENESIS_DIGEST.slice(0, 16);
