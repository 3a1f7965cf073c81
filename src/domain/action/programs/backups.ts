import { destroy, verbs } from '#domain/action/programs/facts.ts';
import type { Family, ProgramModel } from '#domain/action/programs/model.ts';
import { isRemote } from '#domain/action/programs/network.ts';

/** A program that keeps copies, some of them elsewhere; these first words take copies away, or put an old one in the place of what is there. */
function keepsCopies(removing: string, flags = ''): ProgramModel {
  const lost = [destroy('files', 'copies that were kept')];
  return {
    options: { '-r --repo -p --password-file --tag --keep-last --keep-daily --keep-weekly --host --config': 'value' },
    harmless: ['--dry-run', '-n'],
    verbs: verbs(removing, () => lost),
    ...(flags === '' ? {} : { when: { [flags]: lost } }),
    run(call, parsed) {
      for (const field of parsed.operands) if (isRemote(field)) call.connect(field.text);
      return undefined;
    },
  };
}

/** Backups and snapshots: the last thing that may be lost. */
export const BACKUPS: Family = {
  restic: keepsCopies('forget, prune, key remove'),
  kopia: keepsCopies('snapshot delete, maintenance run'),
  borg: keepsCopies('delete, prune, compact, recreate, key change-passphrase'),
  duplicity: keepsCopies('remove-older-than, remove-all-but-n-full, remove-all-inc-of-but-n-full, cleanup'),
  duplicacy: keepsCopies('prune, wipe'),
  tarsnap: keepsCopies('nuke', '-d --nuke'),
  'snapper timeshift': keepsCopies('delete, undochange, rollback, cleanup', '--delete --delete-all --restore'),
  btrbk: keepsCopies('clean, prune'),
};
