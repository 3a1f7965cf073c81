import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CedarAnswer, CedarResults, CedarTask } from './task.ts';

const PROCESS = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
/** A constitution of 10,000 policies takes some seconds to validate, and many times that on a busy machine. */
const TASK_TIMEOUT_MS = 180_000;

/**
 * Does one task with the official Cedar, in a process that ends with it: Cedar's WebAssembly takes 80 MB that a process which
 * has used it once never gives back, and it holds the thread for as long as it validates. A server decides without either.
 * @throws what the task threw; an error that says how the process ended, when it did so without an answer
 */
export async function runCedarTask<Task extends CedarTask>(task: Task): Promise<CedarResults[Task['kind']]> {
  const child = spawn(process.execPath, [PROCESS], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    timeout: TASK_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const answer = await new Promise<CedarAnswer>((resolve, reject) => {
    child.once('message', (message) => resolve(message as CedarAnswer)); // our own process at the other end
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`the process of Cedar ended with ${signal ?? code}`)));
    child.send(task, (error) => error !== null && reject(error));
  });
  if (answer.kind === 'failed') throw answer.error;
  // The process answers the task that it was given.
  return answer.result as CedarResults[Task['kind']];
}
