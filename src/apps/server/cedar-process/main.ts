import { loadAccess } from '#adapters/access-files/load.ts';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { policyTexts } from '#adapters/cedar/policy-texts.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { readTexts } from '#adapters/constitution-files/read-texts.ts';
import { readPolicy } from '#domain/policy/read-policy.ts';
import { never } from '#domain/result.ts';
import type { CedarAnswer, CedarTask } from './task.ts';

/** A process that does one task with the official Cedar and ends; started by `run.ts` only. */

async function run(task: CedarTask) {
  switch (task.kind) {
    case 'constitution':
      return loadConstitution(task.folder, cedarLanguage);
    case 'texts':
      return readTexts(task.texts, cedarLanguage);
    case 'access':
      return loadAccess(task.folder, cedarLanguage);
    case 'policy-texts':
      return policyTexts(task.policies);
    case 'policy':
      return readPolicy(task.text, task.schema, cedarLanguage);
    default:
      return never(task);
  }
}

if (process.send === undefined) throw new Error('this is a part of acgs and is started by it');
process.on('disconnect', () => process.exit(0));
process.once('message', (message) => void answer(message as CedarTask)); // our own server at the other end

async function answer(task: CedarTask): Promise<void> {
  const told: CedarAnswer = await run(task).then(
    (result) => ({ kind: 'done', result }),
    (error: unknown) => ({ kind: 'failed', error }),
  );
  // Once the parent has it: an exit would overtake it.
  process.send?.(told, undefined, undefined, () => process.exit(0));
}
