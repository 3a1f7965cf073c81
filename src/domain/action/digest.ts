import { ACTION_VERSION, type Action, type FileAccess, type FileAction } from '#domain/action/action.ts';
import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';
import { never } from '#domain/result.ts';

export type ActionDigest = string & { readonly __brand: 'ActionDigest' };

/**
 * The versioned form of an action that its digest is taken over and that records keep.
 * File contents and prompts are bound by their SHA-256: the record proves which text was decided on without storing it.
 */
export function canonicalAction(action: Action): JsonObject {
  const base = { version: ACTION_VERSION, cwd: action.cwd, workspaceRoots: action.workspaceRoots };
  switch (action.kind) {
    case 'file':
      return { ...withContentBound(action), ...base };
    case 'files':
      return { ...action, ...base, accesses: action.accesses.map(withContentBound) };
    case 'prompt': {
      const { text, ...rest } = action;
      return { ...rest, ...base, ...bound('text', text) };
    }
    case 'subagent': {
      const { prompt, ...rest } = action;
      return { ...rest, ...base, ...bound('prompt', prompt) };
    }
    case 'shell':
    case 'git':
    case 'package':
    case 'network':
    case 'mcp':
    case 'deploy':
    case 'builtin':
    case 'unknown':
      return { ...action, ...base };
    default:
      return never(action);
  }
}

/** Identifies an action: SHA-256, in hex, over the RFC 8785 form of `canonicalAction`. Takes that form, so that it is built once. */
export function actionDigest(canonical: JsonObject): ActionDigest {
  return sha256Hex(canonicalJson(canonical)) as ActionDigest;
}

function withContentBound(access: FileAction | FileAccess): JsonObject {
  if (!('content' in access)) return { ...access };
  const { content, anchor, ...rest } = { anchor: undefined, ...access };
  return { ...rest, ...bound('content', content), ...bound('anchor', anchor) };
}

function bound(name: string, text: string | undefined): JsonObject {
  return text === undefined ? {} : { [`${name}Sha256`]: sha256Hex(text), [`${name}Bytes`]: Buffer.byteLength(text) };
}
