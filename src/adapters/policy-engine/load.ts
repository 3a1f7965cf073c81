import { setImmediate as afterOthers } from 'node:timers/promises';
import type { CompiledAuthorizer } from '#domain/policy/engine/authorizer.ts';
import { type CompileInput, compileInSteps } from '#domain/policy/engine/compile.ts';

/** Time that loading holds the event loop before it lets others run; a single step may go over it, the longest seen is in `bench:engine`. */
const HOLD_MS = 2;

/**
 * Compiles a set of policies while decisions go on. Functions cannot cross between threads, and their text would be compiled
 * again on this side: so it is done here, in slices, with the event loop let go in between.
 * @throws {PolicyFormError} for what is not of Cedar's JSON form.
 */
export async function loadAuthorizer(input: CompileInput): Promise<CompiledAuthorizer> {
  const steps = compileInSteps(input);
  let releaseAtMs = performance.now() + HOLD_MS;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < releaseAtMs) continue;
    await afterOthers();
    releaseAtMs = performance.now() + HOLD_MS;
  }
}
