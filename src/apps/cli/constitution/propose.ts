import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type ApiClient, type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { AmendmentAnswer, type AmendmentForm } from '#apps/cli/constitution/amendment-form.ts';
import { describeAmendment, describeImpact } from '#apps/cli/constitution/amendment-text.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

/** For a draft, in milliseconds: it is validated, its examples are run and thousands of decisions decided again. */
const DRAFT_MS_MAX = 180_000;

interface Options extends ClientOptions {
  readonly title?: string;
  readonly emergency?: true;
  readonly draft?: true;
  readonly json?: true;
}

/** `acgs constitution propose`: a draft with its impact, and then its vote. */
export function createProposeCommand(io: CliIo): Command {
  const command = new Command('propose')
    .argument(
      '<folder|amendment>',
      'the folder of the constitution to be, or the id of a draft that you have looked at',
    )
    .description('draft an amendment, see what it would change, and put it to the vote')
    .option('--title <text>', 'what it is about, for those who vote')
    .option('--emergency', 'a shorter vote, for who may also suspend policies')
    .option('--draft', 'only the draft and its impact; propose it later by its id')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  acgs constitution propose ./constitution --title "Ask before pushes" --draft\n  acgs constitution propose 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d',
    )
    .action(async (what: string, options: Options) => {
      const client = await createClient(io, options);
      const drafted = isId(what)
        ? await client.get(`/v1/amendments/${what}`, AmendmentAnswer)
        : await draft(io, client, what, options);
      const shown = options.draft === true ? drafted : await propose(client, drafted);
      if (options.json === true) {
        io.out(`${JSON.stringify(shown)}\n`);
        return;
      }
      if (drafted.impact !== undefined) io.out(describeImpact(drafted.impact.impact));
      io.out(describeAmendment(shown));
      if (options.draft === true) io.out(`nothing is voted on yet: acgs constitution propose ${drafted.id}\n`);
    });
}

async function draft(io: CliIo, client: ApiClient, folder: string, options: Options): Promise<AmendmentForm> {
  if (options.title === undefined) throw failure(EXIT.usage, 'say what it is about: --title "…"');
  const files = await readFolder(resolve(io.cwd, folder));
  const emergency = options.emergency === true;
  return client.post('/v1/amendments', { title: options.title, emergency, files }, AmendmentAnswer, DRAFT_MS_MAX);
}

/** The digest of the impact that was shown: a draft with another one is not what was looked at. */
async function propose(client: ApiClient, drafted: AmendmentForm): Promise<AmendmentForm> {
  if (drafted.impact === undefined) throw failure(EXIT.refused, 'it has no impact that could be looked at');
  return client.post(`/v1/amendments/${drafted.id}/proposal`, { impact: drafted.impact.digest }, AmendmentAnswer);
}

async function readFolder(folder: string) {
  try {
    return {
      document: await readFile(join(folder, 'constitution.yaml'), 'utf8'),
      schema: await readFile(join(folder, 'schema.cedarschema'), 'utf8'),
      policies: await readFiles(folder, 'policies', '.cedar'),
      tests: await readFiles(folder, 'tests', '.yaml'),
    };
  } catch (error) {
    throw failure(EXIT.usage, `${folder} is not the folder of a constitution: ${String(error)}`);
  }
}

async function readFiles(folder: string, name: string, extension: string) {
  const entries = (await readdir(join(folder, name))).filter((entry) => entry.endsWith(extension)).sort();
  return Promise.all(
    entries.map(async (entry) => ({
      name: `${name}/${entry}`,
      text: await readFile(join(folder, name, entry), 'utf8'),
    })),
  );
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
