/**
 * Words of command lines that take something away for good. They are regular across the field: `delete-bucket`, `instances delete`,
 * `kv metadata delete`, `apps:destroy`.
 */
const REMOVES =
  /^(?:delete|del|destroy|purge|terminate|remove|wipe|deregister|unregister|rm|rb|reset|revoke|detach|undeploy|teardown|nuke|drop|flush|empty|erase|batch-delete|schedule-key-deletion|cleanup|disable-key|disable-logging|disable-encryption|disable-alarm-actions)(?:[-_]|$)/;

/** Those of them that undo nothing which matters: a tag, an association, a local profile. */
const MINOR = /^(?:delete|remove)-(?:tags?|tag-.*)$|^(?:remove-tags.*|untag.*)$/;

/** A verb is one of the first words; later ones are names of things. */
const VERB_COUNT_MAX = 5;

/** @param words a command line's operands, lower case */
export function removes(words: readonly string[]): boolean {
  // Tags are labels: taking one off loses nothing.
  if (/^tags?$/.test(words[0] ?? '')) return false;
  return words.slice(0, VERB_COUNT_MAX).some((word) => {
    // `apps:destroy`
    const verb = word.slice(word.lastIndexOf(':') + 1);
    return REMOVES.test(verb) && !MINOR.test(verb);
  });
}
