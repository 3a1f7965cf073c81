import { ARCHIVES } from '#domain/action/programs/archives.ts';
import { BACKUPS } from '#domain/action/programs/backups.ts';
import { BUILTINS } from '#domain/action/programs/builtins.ts';
import { CLOUD } from '#domain/action/programs/cloud.ts';
import { CONTAINERS } from '#domain/action/programs/containers.ts';
import { CREDENTIALS_PROGRAMS } from '#domain/action/programs/credentials.ts';
import { DOWNLOADS } from '#domain/action/programs/downloads.ts';
import { FILES } from '#domain/action/programs/files.ts';
import { FIND } from '#domain/action/programs/find.ts';
import { GIT } from '#domain/action/programs/git.ts';
import { INTERPRETERS } from '#domain/action/programs/interpreters.ts';
import { MIGRATIONS } from '#domain/action/programs/migrations.ts';
import { compileFamilies } from '#domain/action/programs/model.ts';
import { MULTIPLIERS } from '#domain/action/programs/multipliers.ts';
import { NETWORK } from '#domain/action/programs/network.ts';
import { PACKAGES } from '#domain/action/programs/packages.ts';
import { SERVICES } from '#domain/action/programs/services.ts';
import { STORAGE } from '#domain/action/programs/storage.ts';
import { SYSTEM } from '#domain/action/programs/system.ts';
import { TEXT } from '#domain/action/programs/text.ts';
import { WRAPPERS } from '#domain/action/programs/wrappers.ts';
import type { RunProgram } from '#domain/action/shell/call.ts';

/** All that is known about programs. A later family's entry replaces an earlier one's. */
const PROGRAMS: ReadonlyMap<string, RunProgram> = compileFamilies([
  TEXT,
  FILES,
  ARCHIVES,
  FIND,
  WRAPPERS,
  MULTIPLIERS,
  BUILTINS,
  INTERPRETERS,
  GIT,
  NETWORK,
  DOWNLOADS,
  PACKAGES,
  SYSTEM,
  CREDENTIALS_PROGRAMS,
  STORAGE,
  MIGRATIONS,
  BACKUPS,
  SERVICES,
  CONTAINERS,
  CLOUD,
]);

export function programModel(name: string): RunProgram | undefined {
  return PROGRAMS.get(name);
}

/** Programs that a pattern in program position is tried as. */
const LIKE_COUNT_MAX = 8;

/** Programs of the catalogue that a glob such as `/bin/r?` may name. */
export function programsLike(pattern: string): readonly string[] {
  if (pattern.length > 64) return [];
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  let like: RegExp;
  try {
    like = new RegExp(`^${source}$`);
  } catch {
    return [];
  }
  return [...PROGRAMS.keys()].filter((name) => like.test(name)).slice(0, LIKE_COUNT_MAX);
}
