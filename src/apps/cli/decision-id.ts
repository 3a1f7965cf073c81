import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ends a command whose argument is no decision's id, before the server is asked. */
export function checkDecisionId(text: string): void {
  if (!ID.test(text)) throw failure(EXIT.usage, `"${text}" is not the id of a decision; "acgs log" shows them`);
}
