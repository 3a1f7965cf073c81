import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookCall } from '#agents/agent.ts';
import { AGENTS } from '#agents/agents.ts';
import { type Action, AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { JsonValue } from '#domain/json.ts';

/** Calls as documented, to be bent. */
function callsOf(kind: AgentKind): readonly HookCall[] {
  return ['calls', 'outcomes', 'refusals'].flatMap((name): HookCall[] => {
    const file = new URL(`./${kind}/golden/${name}.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')).map(({ call }: { call: HookCall }) => call);
  });
}

/** Where a command stands in each agent's payloads, with everything else as documented. */
const COMMANDS: { readonly [K in AgentKind]: readonly ((command: string) => HookCall)[] } = {
  'claude-code': ['PreToolUse', 'PermissionRequest'].map((hook_event_name) => (command) => ({
    payload: { session_id: 's', cwd: '/w', hook_event_name, tool_name: 'Bash', tool_input: { command } },
  })),
  codex: ['PreToolUse', 'PermissionRequest'].map((hook_event_name) => (command) => ({
    payload: { session_id: 's', cwd: '/w', hook_event_name, tool_name: 'Bash', tool_input: { command } },
  })),
  cursor: [
    (command) => ({
      payload: { conversation_id: 'c', workspace_roots: ['/w'], hook_event_name: 'beforeShellExecution', command },
    }),
    (command) => ({
      payload: {
        conversation_id: 'c',
        workspace_roots: ['/w'],
        hook_event_name: 'preToolUse',
        tool_name: 'Shell',
        tool_input: { command },
      },
    }),
  ],
  'gemini-cli': [
    (command) => ({
      payload: {
        session_id: 's',
        cwd: '/w',
        hook_event_name: 'BeforeTool',
        tool_name: 'run_shell_command',
        tool_input: { command },
      },
    }),
  ],
  copilot: [
    (command) => ({
      event: 'preToolUse',
      payload: { sessionId: 's', cwd: '/w', toolName: 'bash', toolArgs: { command } },
    }),
    (command) => ({
      event: 'preToolUse',
      payload: { sessionId: 's', cwd: '/w', toolName: 'bash', toolArgs: JSON.stringify({ command }) },
    }),
    (command) => ({
      payload: {
        session_id: 's',
        cwd: '/w',
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: { command },
      },
    }),
  ],
  opencode: [
    (command) => ({
      payload: { event: 'tool.execute.before', tool: 'bash', sessionID: 's', cwd: '/w', args: { command } },
    }),
  ],
};

/** Replaces the value at a random place of a payload, or drops it, or adds a field beside it. */
function bend(payload: JsonValue, at: number, change: 'replace' | 'drop' | 'add', value: JsonValue): JsonValue {
  let places = 0;
  const walk = (node: JsonValue): JsonValue => {
    const here = places++ === at;
    if (here && change === 'replace') return value;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const entries = Object.entries(node).map(([key, child]) => [key, walk(child)] as const);
    if (!here) return Object.fromEntries(entries);
    return Object.fromEntries(change === 'drop' ? entries.slice(1) : [...entries, ['newer_field', value]]);
  };
  return walk(payload);
}

/** Every text that is to be put on disk or run. */
function textsOf(action: Action): readonly string[] {
  if (action.kind === 'shell') return [action.command];
  if (action.kind === 'file') return [action.content ?? ''];
  if (action.kind === 'files') return action.accesses.map((access) => ('content' in access ? access.content : ''));
  return [];
}

const unicode = fc.string({ unit: 'binary', maxLength: 200 });

describe.each(AGENT_KINDS)('the parser of %s', (kind) => {
  const { parse } = AGENTS[kind];
  const calls = callsOf(kind);

  it('answers any JSON, and never throws', () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), fc.jsonValue({ maxDepth: 4 }), (event, payload) => {
        // An event of its own makes every payload of random fields a refusal.
        const read = parse({ ...(event === undefined ? {} : { event }), payload: payload as JsonValue });
        expect(read.ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('answers any bent payload with an event that can be recorded, or with a refusal', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...calls),
        fc.nat(20),
        fc.constantFrom('replace', 'drop', 'add'),
        fc.jsonValue(),
        (call, at, change, value) => {
          const read = parse({ ...call, payload: bend(call.payload, at, change, value as JsonValue) });
          if (!read.ok || read.value.kind === 'notice' || read.value.action === undefined) return;
          const { action } = read.value;
          expect(actionDigest(canonicalAction(action))).toMatch(/^[0-9a-f]{64}$/);
          expect(action.workspaceRoots.length).toBeGreaterThan(0);
          expect([action.cwd, ...action.workspaceRoots].every((path) => /^(?:\/|\w:|\\\\)/.test(path))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tolerates fields of newer versions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...calls), fc.jsonValue({ maxDepth: 3 }), (call, value) => {
        const before = parse(call);
        const after = parse({ ...call, payload: bend(call.payload, 0, 'add', value as JsonValue) });
        expect(after.ok).toBe(before.ok);
      }),
    );
  });

  it('keeps every command to the letter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMANDS[kind]), unicode, (call, command) => {
        const read = parse(call(command));
        if (!read.ok || read.value.kind !== 'action') throw new Error('a command was not understood');
        expect(textsOf(read.value.action)).toEqual([command]);
      }),
    );
  });

  it('refuses a command that is not Unicode, and a payload that is nested too deeply', () => {
    for (const call of COMMANDS[kind]) {
      expect(parse(call('ls \ud800')).ok).toBe(false);
      let deep: JsonValue = 'x';
      for (let level = 0; level < 10_000; level += 1) deep = [deep];
      const { payload, ...rest } = call('ls');
      expect(parse({ ...rest, payload: { ...(payload as object), deep } as JsonValue })).toMatchObject({
        ok: false,
        refusal: { code: 'payload-malformed' },
      });
      expect(parse({ ...rest, payload: { ...(payload as object), '\udc00': 1 } as JsonValue }).ok).toBe(false);
    }
  });
});

/** Agents that tell of one call in two events. Each of these two has the command in the same place of its payload. */
const PAIRS: readonly (readonly [AgentKind, number, number])[] = [
  ['claude-code', 0, 1],
  ['codex', 0, 1],
  ['cursor', 0, 1],
];

it.each(PAIRS)('%s: one command in both of its events is one action with one key', (kind, first, second) => {
  fc.assert(
    fc.property(unicode, (command) => {
      const [one, other] = [first, second].map((index) => {
        const read = AGENTS[kind].parse(COMMANDS[kind][index]?.(command) ?? { payload: null });
        if (!read.ok || read.value.kind !== 'action') throw new Error('a command was not understood');
        return read.value;
      });
      expect(one?.eventName).not.toBe(other?.eventName);
      expect(one?.coalesceKey).toBeTypeOf('string');
      expect(one?.coalesceKey).toBe(other?.coalesceKey);
      expect(one?.action).toEqual(other?.action);
    }),
  );
});
