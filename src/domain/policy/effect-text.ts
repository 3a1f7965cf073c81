import type { Effect } from '#domain/action/effect.ts';
import { never } from '#domain/result.ts';

/** Longest text of one effect, in UTF-16 units; the record keeps the whole effect. */
const EFFECT_TEXT_LENGTH_MAX = 200;

/** An effect in words, on one line: `delete /home/u/project and everything below it`. */
export function effectText(effect: Effect): string {
  const text = words(effect).replaceAll(/\s+/g, ' ').trim();
  return text.length > EFFECT_TEXT_LENGTH_MAX ? `${text.slice(0, EFFECT_TEXT_LENGTH_MAX - 1)}…` : text;
}

function words(effect: Effect): string {
  switch (effect.kind) {
    case 'run':
      return `run ${[effect.path ?? effect.program, ...effect.arguments].join(' ')}`;
    case 'read':
    case 'write':
    case 'delete':
      return `${effect.kind} ${effect.path}${effect.recursive ? ' and everything below it' : ''}`;
    case 'connect':
      return `connect to ${effect.host}${effect.port === undefined ? '' : `:${effect.port}`}`;
    case 'install':
      return installation(effect);
    case 'git':
      return gitOperation(effect);
    case 'escalate':
      return `gain rights by ${effect.means}`;
    case 'persist':
      return `leave something that runs later (${effect.means}): ${effect.detail}`;
    case 'credential':
      return `get at a secret (${effect.store}): ${effect.detail}`;
    case 'destroy':
      return `destroy (${effect.target}): ${effect.detail}`;
    case 'send':
      return `send ${effect.source === 'literal' ? 'a text' : effect.source} to ${effect.host}`;
    case 'detach':
      return `keep running on its own (${effect.means})`;
    case 'dynamic':
      return `run what cannot be known before (${effect.cause}): ${effect.detail}`;
    case 'call':
      return `call ${effect.tool} of ${effect.server}`;
    case 'search':
      return `search for ${effect.query}`;
    case 'prompt':
      return effect.secrets ? 'submit a prompt that contains a secret' : 'submit a prompt';
    case 'delegate':
      return `start the sub-agent ${effect.name}`;
    case 'deploy':
      return `deploy ${effect.artifact} to ${effect.environment}`;
    case 'expose':
      return `put a secret into a text (${effect.what})`;
    default:
      return never(effect);
  }
}

function installation(effect: Effect & { readonly kind: 'install' }): string {
  const what = effect.package === '*' ? `what the ${effect.source} names` : effect.package;
  const version = effect.version === undefined ? '' : ` ${effect.version}`;
  return `install ${what}${version} with ${effect.manager}${effect.global ? ', for the whole machine' : ''}`;
}

function gitOperation(effect: Effect & { readonly kind: 'git' }): string {
  const ref = effect.ref === undefined ? '' : ` ${effect.ref === '*' ? 'all refs' : effect.ref}`;
  const remote = effect.remote === undefined ? '' : ` (${effect.remote})`;
  const how = [effect.force ? 'by force' : '', effect.deletes ? 'deleting it' : '']
    .filter((word) => word !== '')
    .join(', ');
  return `git ${effect.operation}${ref}${remote}${how === '' ? '' : `, ${how}`}`;
}
