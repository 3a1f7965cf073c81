import type { Call } from '#domain/action/shell/call.ts';
import type { Flow } from '#domain/action/shell/values.ts';

/** What SQL statements destroy or run. Words are compared outside of comments and quoted texts. */
export function scanSql(sql: Flow, call: Call): void {
  const text = sql.text ?? sql.partial;
  // A value in a question is a value; any other statement that is not all known may be another one.
  if (sql.text === undefined && !/^\s*(?:select|show|explain|describe|with|\\d)\b/i.test(text ?? '')) {
    call.dynamic(sql.cause, `${call.program}: statements that are not all known`);
  }
  if (text === undefined) return;
  const bare = text.replace(/--[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, ' ').replace(/'(?:[^'\\]|\\.|'')*'/g, "''");
  for (const statement of bare.split(';')) {
    const destroyed = destroys(statement);
    if (destroyed !== undefined) call.emit({ kind: 'destroy', target: 'database', detail: destroyed });
    if (
      /\bto\s+program\b|\bfrom\s+program\b|\bxp_cmdshell\b|\bsys_exec\b|\binto\s+(?:out|dump)file\b|\bload_extension\b/i.test(
        statement,
      )
    )
      call.dynamic('inline-code', `${call.program}: SQL that runs a program or writes a file`);
  }
  for (const [, command] of text.matchAll(/(?:^|\n|;)\s*(?:\\!|\.shell|\.system|system)\s+([^\n]+)/g)) {
    call.shell(
      { text: command, cause: 'generated', source: 'literal' },
      { scope: call.scope.copy(), input: undefined },
    );
  }
}

function destroys(statement: string): string | undefined {
  const words = statement.trim().replace(/\s+/g, ' ');
  const drop =
    /\bdrop (?:table|database|schema|view|materialized view|index|user|role|owned|column|tablespace|collection|keyspace|sequence|function|trigger|extension|type)\b(?: if exists)? ?["`]?[\w.]*/i.exec(
      words,
    );
  if (drop !== null) return drop[0];
  const truncate = /^(?:explain )?truncate\b(?: table)? ?["`]?[\w.]*/i.exec(words);
  if (truncate !== null) return truncate[0];
  const unbounded = /\b(?:delete from|update) ?["`]?[\w.]+/i.exec(words);
  if (
    unbounded !== null &&
    !/\bwhere\b/i.test(words) &&
    !/\blimit \d/i.test(words) &&
    (!/^update/i.test(unbounded[0]) || /\bset\b/i.test(words))
  )
    return `${unbounded[0]} without where`;
  // A condition that always holds is none.
  if (unbounded !== null && /\bwhere (?:1 ?= ?1|true|'' ?= ?'')(?:\s*$)/i.test(words))
    return `${unbounded[0]} where true`;
  return undefined;
}
