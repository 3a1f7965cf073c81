import { destroy, verbs, words } from '#domain/action/programs/facts.ts';
import type { Family, ProgramModel } from '#domain/action/programs/model.ts';
import type { Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';

/** A tool that keeps a database's schema: these first words take tables, or all of it, away; so do these flags. */
function schemaTool(dropping: string, flags = ''): ProgramModel {
  const dropped = (verb: string) => [destroy('database', verb)];
  return {
    options: { '-d -p --database --database-url --source-dir --env -e --project -m -path --path -database': 'value' },
    singleDash: true,
    verbs: verbs(dropping, dropped),
    ...(flags === '' ? {} : { when: { [flags]: dropped(flags) } }),
  };
}

/** Django: `flush` empties every table, `migrate app zero` drops those of an application. */
function runManage(call: Call, parsed: Parsed): undefined {
  const [verb, , target] = parsed.operands.map((field) => field.text);
  if (/^(?:flush|reset_db|reset_schema)$/.test(verb ?? '') || (verb === 'migrate' && target === 'zero'))
    call.emit(destroy('database', `manage.py ${words(parsed.operands)}`));
}

const RAILS =
  'db:drop, db:drop:all, db:reset, db:purge, db:purge:all, db:schema:load, db:structure:load, db:migrate:reset, db:truncate_all';
const ARTISAN = 'migrate:fresh, migrate:refresh, migrate:reset, db:wipe';

/** Migrations and resets of databases, by the tools of the frameworks. */
export const MIGRATIONS: Family = {
  'rails rake': schemaTool(RAILS),
  prisma: schemaTool('migrate reset, db execute', '--force-reset --accept-data-loss'),
  'artisan sail': schemaTool(`${ARTISAN}, artisan migrate:fresh, artisan db:wipe`),
  'console doctrine': schemaTool(
    'doctrine:database:drop, doctrine:schema:drop, orm:schema-tool:drop, orm:schema-tool:update',
  ),
  'sequelize sequelize-cli': schemaTool('db:drop, db:migrate:undo:all, db:seed:undo:all'),
  knex: schemaTool('migrate:rollback'),
  typeorm: schemaTool('schema:drop, migration:revert'),
  'drizzle-kit': schemaTool('drop', '--force'),
  'mikro-orm mikro-orm-esm': schemaTool('schema:drop, schema:fresh, migration:fresh, database:drop'),
  alembic: schemaTool('downgrade'),
  flask: schemaTool('db downgrade'),
  'manage.py django-admin': { run: runManage },
  'goose dbmate sql-migrate': schemaTool('reset, down, down-to, drop'),
  migrate: schemaTool('drop, down'),
  'diesel sqlx': schemaTool('database reset, database drop, migrate revert, migration revert'),
  'dotnet-ef': schemaTool('database drop'),
  hasura: schemaTool('metadata clear, migrate delete'),
  atlas: schemaTool('schema clean'),
  liquibase: schemaTool('drop-all, dropAll, rollback'),
  flyway: schemaTool('clean, undo'),
};
