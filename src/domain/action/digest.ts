import { ACTION_VERSION, type Action } from '#domain/action/action.ts';
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
    case 'file': {
      const { content, ...rest } = action;
      return content === undefined
        ? { ...rest, ...base }
        : { ...rest, ...base, contentSha256: sha256Hex(content), contentBytes: Buffer.byteLength(content) };
    }
    case 'prompt': {
      const { text, ...rest } = action;
      return { ...rest, ...base, textSha256: sha256Hex(text), textBytes: Buffer.byteLength(text) };
    }
    case 'subagent': {
      const { prompt, ...rest } = action;
      return { ...rest, ...base, promptSha256: sha256Hex(prompt), promptBytes: Buffer.byteLength(prompt) };
    }
    case 'shell':
    case 'git':
    case 'package':
    case 'network':
    case 'mcp':
    case 'deploy':
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
