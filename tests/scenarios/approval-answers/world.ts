import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { AGENTS } from '#agents/agents.ts';
import type { Fate } from '#agents/simulate.ts';
import { agentToken, startTestService, TOKENS } from '../../support/decision-service.ts';
import { askInstalled, installAll, ioAt } from '../fail-modes/matrix.ts';
import type { AskedEvent } from '../fail-modes/payloads.ts';
import { withFolder } from '../fail-modes/server.ts';

/** The real decision service and the installed hooks of all agents. The clock is the test's, but for what waits. */
export interface AnswerWorld {
  ask(asked: AskedEvent): Promise<{ readonly fates: readonly Fate[]; readonly told: string }>;
  /** The first request for this command. */
  requestFor(command: string): Promise<string | undefined>;
  /** Throws unless the answer is taken; with `refusal` unless it is refused by this code. */
  answer(
    id: string,
    answer: 'granted' | 'refused',
    refusal?: { readonly code: string; readonly token: string },
  ): Promise<void>;
  /** Time passes once everybody who plays in this world wants it to: before that, nobody's request has expired by another's. */
  pass(ms: number): Promise<void>;
}

/** Two approver roles, and what is asked is for the second: no agent may ask its own user instead. */
const APPROVER_ROLES = ['developer', 'maintainer'];

export function withAnswerWorld<T>(
  deadlineS: number,
  players: number,
  use: (world: AnswerWorld) => Promise<T>,
): Promise<T> {
  return withFolder(async (home) => {
    const service = await startTestService({ adapters: Object.values(AGENTS), approverRoles: APPROVER_ROLES });
    const together = meeting(players);
    try {
      await service.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = service.app.server.address() as AddressInfo; // a TCP server's address is one
      const io = ioAt(home);
      await mkdir(io.cwd, { recursive: true });
      await installAll(io, {
        endpoint: `http://127.0.0.1:${port}`,
        deadlineS,
        issueToken: async (agent) => agentToken(agent),
      });
      return await use({
        async ask(asked) {
          const { end, fates } = await askInstalled(asked, io);
          return { fates, told: end.kind === 'exited' ? end.stdout + end.stderr : end.kind };
        },
        async requestFor(command) {
          const reply = await service.call('GET', '/v1/approvals?state=all', TOKENS.operator);
          const requests: { decision: { id: string; action: { command?: string } } }[] = reply.json().requests;
          return requests.find(({ decision }) => decision.action.command === command)?.decision.id;
        },
        async answer(id, answer, refusal) {
          const token = refusal?.token ?? TOKENS.operator;
          const reply = await service.call('POST', `/v1/decisions/${id}/approval`, token, { answer });
          const code = reply.status === 200 ? undefined : reply.json().code;
          if (code !== refusal?.code) throw new Error(`the answer was ${code ?? 'taken'}: ${reply.text}`);
        },
        pass(ms) {
          return together(() => {
            service.clock.nowMs += ms;
          });
        },
      });
    } finally {
      await service.app.close();
    }
  });
}

/** Whoever comes waits for all others; then the act is done, once. */
function meeting(players: number): (act: () => void) => Promise<void> {
  let waiting: (() => void)[] = [];
  return (act) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < players) return;
      act();
      for (const goOn of waiting) goOn();
      waiting = [];
    });
}
