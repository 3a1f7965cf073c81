import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { constitutionFolder } from '#apps/cli/decide/offline.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { openFolder } from '#apps/cli/policy/open-folder.ts';
import { bundleBytes } from '#domain/constitution/founding.ts';

interface Options {
  readonly out?: string;
  readonly json?: true;
}

/** `acgs constitution build`: the folder that people edit becomes the bytes that they sign. */
export function createBuildCommand(io: CliIo): Command {
  return new Command('build')
    .description('validate a folder and make its bundle: the canonical bytes that are signed, and their digest')
    .argument('[dir]', 'the constitution (default: ACGS_CONSTITUTION, or the starter constitution)')
    .option('--out <file>', 'write the bundle there')
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (dir: string | undefined, options: Options) => {
      const { constitution } = await openFolder(constitutionFolder(io, dir));
      const bytes = bundleBytes(constitution);
      if (options.out !== undefined) await writeFile(resolve(io.cwd, options.out), bytes);
      const { number, title, parent, digest, annotations } = constitution;
      const built = { number, title, parent, digest, policies: annotations.size, bytes: bytes.byteLength };
      io.out(
        options.json === true
          ? `${JSON.stringify(built)}\n`
          : `number ${number}  ${title}\ndigest ${digest}\nparent ${parent}\n${built.policies} policies, ${built.bytes} bytes` +
              `${options.out === undefined ? '' : ` in ${options.out}`}\n`,
      );
    });
}

const HELP = `
The digest covers everything that can change a decision: policies in their JSON form, schema, limits, roles, signers, and the
versions of the models that they are written for. Layout, comments, the order of files and the examples are not part of it.

Exit codes: 0 built, 2 the folder is refused

Examples:
  acgs constitution build
  acgs constitution build ./constitution --out bundle.json`;
