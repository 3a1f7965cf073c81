import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';

/** One line that is not shown while it is typed; without a terminal, a line of standard input. Ctrl-C ends the program, as ever. */
export async function readSecret(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  const isTerminal = stdin.isTTY === true;
  if (isTerminal) stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: isTerminal });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(failure(EXIT.usage, 'nothing was entered')));
      lines.once('close', () => reject(failure(EXIT.usage, 'standard input has ended, and a line was expected')));
    });
  } finally {
    lines.close();
    if (isTerminal) stderr.write('\n');
  }
}
