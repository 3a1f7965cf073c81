import type { Effect, Span } from '#domain/action/effect.ts';
import { runCommand } from '#domain/action/shell/command.ts';
import { type Expansion, expandWord } from '#domain/action/shell/expand.ts';
import { expansionOf } from '#domain/action/shell/expansion.ts';
import { deeper, emit, type Frame, place } from '#domain/action/shell/machine.ts';
import { applyRedirects } from '#domain/action/shell/redirect.ts';
import type { Placement } from '#domain/action/shell/scope.ts';
import type { ShellNode, ShellScript, ShellStatement, ShellWord } from '#domain/action/shell/script.ts';
import { type Flow, type Value, worse } from '#domain/action/shell/values.ts';
import { never } from '#domain/result.ts';

/** What a script prints when nothing is known of it. */
export const UNKNOWN_OUTPUT: Flow = { text: undefined, cause: 'generated', source: 'output' };

/** Reads text as shell code and runs it in the frame's scope. `at`: where it stands in the action's command, if it stands there as it is. */
export function runText(text: string, at: number | undefined, span: Span, outer: Frame): Flow {
  const frame = deeper(outer, span);
  if (frame === undefined || !frame.machine.read(text.length)) return UNKNOWN_OUTPUT;
  const parsed = frame.machine.parse(text);
  if (!parsed.ok) {
    const cause = parsed.refusal.code;
    if (text.trim() !== '') emit(frame, { kind: 'dynamic', cause, detail: parsed.refusal.message }, span);
    return UNKNOWN_OUTPUT;
  }
  const placement: Placement = at === undefined ? { kind: 'fixed', span } : { kind: 'offset', by: at };
  return runScript(parsed.value, { ...frame, placement }, span);
}

/** Runs a script that has been read. Its output is what all its statements print, when all is evident. */
export function runScript(script: ShellScript, frame: Frame, span: Span): Flow {
  const inner: Frame = script.ownText ? { ...frame, placement: { kind: 'fixed', span } } : frame;
  for (const error of script.errors) {
    const at = place(inner, { start: error.position, end: error.position });
    emit(inner, { kind: 'dynamic', cause: 'syntax', detail: error.message }, at);
  }
  const flow = runStatements(script.statements, inner);
  runUncalled(inner);
  return flow;
}

/** A function that nothing called may yet be called by what cannot be seen; it is looked at as if it were. */
function runUncalled(frame: Frame): void {
  if (frame.calling.length > 0) return;
  for (const definition of frame.scope.functions.values()) {
    if (definition.called) continue;
    definition.called = true;
    runNode(definition.body, {
      ...frame,
      placement: definition.placement,
      scope: frame.scope.copy(),
      calling: [definition.body],
    });
  }
}

export function runStatements(statements: readonly ShellStatement[], frame: Frame): Flow {
  if (statements.length === 1 && statements[0] !== undefined) return runStatement(statements[0], frame);
  const flows = statements.map((statement) => runStatement(statement, frame));
  return concatenated(flows);
}

function runStatement(statement: ShellStatement, frame: Frame): Flow {
  if (!statement.background) return runNode(statement.node, frame);
  emit(frame, { kind: 'detach', means: '&' }, place(frame, statement.span));
  // A background job is a subshell.
  return runNode(statement.node, { ...frame, scope: frame.scope.copy(), concurrent: true });
}

function concatenated(flows: readonly Flow[]): Flow {
  if (flows.length === 0) return { text: '', cause: 'generated', source: 'literal' };
  const source = flows.reduce<Flow['source']>((worst, flow) => worse(worst, flow.source), 'literal');
  if (flows.every((flow) => flow.text !== undefined)) {
    return { text: flows.map((flow) => flow.text).join(''), cause: 'generated', source };
  }
  const opaque = flows.find((flow) => flow.text === undefined && flow.cause !== 'generated');
  const names = flows.flatMap((flow) => flow.names ?? []);
  return { text: undefined, cause: opaque?.cause ?? 'generated', source, ...(names.length > 0 ? { names } : {}) };
}

export function runNode(node: ShellNode, outer: Frame): Flow {
  switch (node.kind) {
    case 'command':
      return runCommand(node, outer);
    case 'pipeline':
      return runPipeline(node.nodes, outer);
    case 'and-or':
      return runAndOr(node, outer);
    case 'group':
      return runStatements(node.body, node.subshell ? { ...outer, scope: outer.scope.copy() } : outer);
    case 'if': {
      const flows = [
        ...node.branches.map((branch) => [branch.condition, branch.body] as const),
        [[], node.otherwise] as const,
      ].map(([condition, body], index) => {
        // The first condition is always run.
        const tested =
          index === 0 ? runStatements(condition, outer) : maybe(outer, () => runStatements(condition, outer));
        return concatenated([tested, maybe(outer, () => runStatements(body, outer))]);
      });
      return concatenated(flows.filter((flow) => flow.text !== ''));
    }
    case 'loop': {
      hidden(node.words, outer);
      return maybe(outer, () =>
        concatenated([runStatements(node.condition, outer), runStatements(node.body, outer), UNKNOWN_OUTPUT]),
      );
    }
    case 'each':
      return runEach(node, outer);
    case 'case':
      hidden(node.words, outer);
      return concatenated(node.bodies.map((body) => maybe(outer, () => runStatements(body, outer))));
    case 'function':
      outer.scope.functions.set(node.name, { body: node.body, placement: outer.placement, called: false });
      return concatenated([]);
    case 'coproc':
      emit(outer, { kind: 'detach', means: 'coproc' }, place(outer, node.span));
      return runNode(node.body, { ...outer, scope: outer.scope.copy(), concurrent: true });
    case 'test':
      hidden(node.words, outer);
      return concatenated([]);
    case 'redirected':
      return applyRedirects(node.redirects, outer, (frame) => runNode(node.node, frame));
    default:
      return never(node);
  }
}

/** Words that are not used as such, but whose substitutions are run. */
function hidden(words: readonly ShellWord[], frame: Frame): void {
  const expansion: Expansion = expansionOf(frame);
  for (const word of words) expandWord(word, expansion);
}

/** Something that may not run: what holds before it may hold after it. */
function maybe(frame: Frame, run: () => Flow): Flow {
  const { scope } = frame;
  const before = scope.directories;
  scope.conditional++;
  const flow = run();
  scope.conditional--;
  scope.joinDirectories(before);
  return flow;
}

function runPipeline(nodes: readonly ShellNode[], frame: Frame): Flow {
  let flow = frame.input;
  for (const node of nodes) {
    // Each part is a subshell of its own, and runs beside the others.
    flow = runNode(node, {
      ...frame,
      input: flow,
      scope: nodes.length > 1 ? frame.scope.copy() : frame.scope,
      concurrent: nodes.length > 1 || frame.concurrent,
    });
  }
  return flow ?? UNKNOWN_OUTPUT;
}

/**
 * `a && b || c`. Inside the chain the directory of the last `cd` holds, as after `cd x && make`; behind the chain, those of all the
 * ways through it. The first part is always run, so it counts as certain.
 */
function runAndOr(node: Extract<ShellNode, { kind: 'and-or' }>, frame: Frame): Flow {
  const { scope } = frame;
  const [first, ...rest] = node.nodes;
  const flows = first === undefined ? [] : [runNode(first, frame)];
  const before = scope.directories;
  scope.conditional++;
  rest.forEach((next, index) => {
    const operator = node.operators[index];
    // `which a || which b`: the second speaks only when the first found nothing.
    const evident = flows.length === 1 && operator === '||' && flows[0]?.text !== undefined && flows[0].text !== '';
    const flow = runNode(next, frame);
    if (!evident) flows.push(flow);
  });
  scope.conditional--;
  if (rest.length > 0) scope.joinDirectories(before);
  return concatenated(flows);
}

function runEach(node: Extract<ShellNode, { kind: 'each' }>, frame: Frame): Flow {
  const expansion = expansionOf(frame);
  const values: readonly Value[] =
    node.words === undefined ? frame.scope.positional : node.words.flatMap((word) => expandWord(word, expansion));
  const unknown: Value = { text: `$${node.variable}`, unknown: 'variable', source: 'output' };
  frame.scope.assign(node.variable, values.length === 0 ? [unknown] : values);
  return maybe(frame, () => concatenated([runStatements(node.body, frame), UNKNOWN_OUTPUT]));
}

/** Runs a function's body with these arguments. A function that calls itself beside itself is a fork bomb. */
export function callFunction(name: string, values: readonly Value[], frame: Frame, span: Span): Flow | undefined {
  const definition = frame.scope.functions.get(name);
  if (definition === undefined) return undefined;
  definition.called = true;
  if (frame.calling.includes(definition.body)) {
    const bomb: Effect = { kind: 'destroy', target: 'process', detail: `fork bomb: ${name}` };
    if (frame.concurrent) emit(frame, bomb, span);
    return UNKNOWN_OUTPUT;
  }
  const inner = deeper(frame, span);
  if (inner === undefined) return UNKNOWN_OUTPUT;
  const { scope } = frame;
  const before = scope.positional;
  scope.positional = values;
  const flow = runNode(definition.body, {
    ...inner,
    placement: definition.placement,
    calling: [...frame.calling, definition.body],
  });
  scope.positional = before;
  return flow;
}
