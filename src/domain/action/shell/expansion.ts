import type { Span } from '#domain/action/effect.ts';
import type { Expansion } from '#domain/action/shell/expand.ts';
import { runScript } from '#domain/action/shell/interpret.ts';
import { deeper, emit, type Frame, place, placeOffset } from '#domain/action/shell/machine.ts';
import type { ShellScript } from '#domain/action/shell/script.ts';
import { type Flow, type Value, worse } from '#domain/action/shell/values.ts';
import { isSecretName } from '#domain/action/shell/variable.ts';

/** Chooses among a variable's alternatives while one command is tried in all its readings. */
export type Choose = (name: string, values: readonly Value[]) => Value | undefined;

const likeliest: Choose = (_name, values) => values.at(-1);

/** The expansion of words in a frame. `choose` picks one of several values that a variable may have; the last assigned by default. */
export function expansionOf(frame: Frame, choose: Choose = likeliest): Expansion {
  const { scope, machine } = frame;
  const printed = frame.printed ?? new Map<ShellScript, Flow>();
  function variable(name: string): Value | undefined {
    const own = frame.environment?.get(name);
    const values = scope.variables.get(name) ?? [];
    if (own !== undefined) {
      // `A=x cmd $A`: the shell expands `$A` before it assigns; people mean the opposite. Both are looked at.
      const outer = values.length > 0 ? values : [wellKnown(name) ?? own];
      return choose(name, [...outer, own]);
    }
    if (values.length > 0) return values.length === 1 ? values[0] : choose(name, values);
    return positional(name) ?? wellKnown(name);
  }
  function positional(name: string): Value | undefined {
    if (!/^[1-9@*]\d*$/.test(name)) return undefined;
    if (name === '@' || name === '*') return joined(scope.positional);
    return scope.positional[Number(name) - 1];
  }
  function wellKnown(name: string): Value | undefined {
    const text = environmentText(name);
    if (text !== undefined) return { text, source: 'literal' };
    if (!isSecretName(name)) return undefined;
    emit(frame, { kind: 'credential', store: 'environment', detail: name }, frame.span);
    return { text: `$${name}`, unknown: 'variable', source: 'credentials' };
  }
  function environmentText(name: string): string | undefined {
    switch (name) {
      case 'HOME':
        return machine.home;
      case 'PWD':
        return scope.cwd;
      case 'TMPDIR':
        return machine.temporaryDirectory;
      case 'IFS':
        return ' \t\n';
      case '0':
      case 'BASH':
      case 'SHELL':
        return 'bash';
      case 'HISTFILE':
        return `${machine.home}/.bash_history`;
      case 'XDG_CONFIG_HOME':
        return `${machine.home}/.config`;
      case 'USER':
      case 'LOGNAME':
        return machine.home.slice(machine.home.lastIndexOf('/') + 1);
      default:
        return undefined;
    }
  }
  return {
    variable,
    elements: (name) => (name === '@' || name === '*' ? scope.positional : scope.arrays.get(name)),
    substitute(script, span) {
      const known = printed.get(script);
      if (known !== undefined) return known;
      const flow = runNested(script, frame, frame.input, place(frame, span));
      printed.set(script, flow);
      return flow;
    },
    consume(script, span) {
      if (printed.has(script)) return;
      // What the command writes to it is not known yet; it is at worst what the command itself was given.
      const input: Flow = { text: undefined, cause: 'generated', source: frame.input?.source ?? 'output' };
      printed.set(script, runNested(script, frame, input, place(frame, span)));
    },
    home: machine.home,
    cwd: scope.cwd,
    place: (span) => place(frame, span),
    placeOffset: (at) => placeOffset(frame, at),
  };
}

/** A substitution: a subshell. */
function runNested(script: ShellScript, frame: Frame, input: Flow | undefined, span: Span): Flow {
  const inner = deeper(frame, span);
  if (inner === undefined) return { text: undefined, cause: 'generated', source: 'output' };
  return runScript(script, { ...inner, scope: frame.scope.copy(), input }, span);
}

function joined(values: readonly Value[]): Value | undefined {
  const unknown = values.find((value) => value.unknown !== undefined)?.unknown;
  if (values.length === 0) return undefined;
  return {
    text: values.map((value) => value.text).join(' '),
    source: values.map((value) => value.source).reduce(worse),
    ...(unknown === undefined ? {} : { unknown }),
  };
}
