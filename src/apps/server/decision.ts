import { readFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createResolveLinks } from '#adapters/file-links/resolve-links.ts';
import { type ChannelsRefusalCode, loadChannels } from '#adapters/notifications/channels.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import { AGENTS } from '#agents/agents.ts';
import { runCedarTask } from '#apps/server/cedar-process/run.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import { createCachedEffectsOf } from '#domain/action/cached-effects.ts';
import { subjectOf } from '#domain/action/subject.ts';
import { ok, type Result } from '#domain/result.ts';
import { type DecisionServiceDeps, registerDecisionService } from '#services/decision/service.ts';
import { createTellPeople } from '#services/decision/tell-people.ts';
import type { EdgeServer } from '#services/edge.ts';

type Given = Omit<
  DecisionServiceDeps,
  'effectsOf' | 'agents' | 'readPolicy' | 'elapsedMs' | 'publicUrl' | 'toolhiveSecret'
>;

/** The decision service on this machine: its shell, its files, its agents, and the channels by which people are told. */
export async function openDecision(
  app: EdgeServer,
  config: Pick<ServerConfig, 'channelsFile' | 'publicUrl' | 'consoleUrl' | 'toolhiveSecretFile'>,
  given: Given,
): Promise<Result<{ readonly waiting: () => number; readonly stop: () => Promise<void> }, ChannelsRefusalCode>> {
  const channels = config.channelsFile === undefined ? ok([]) : await loadChannels(config.channelsFile, given.nowMs);
  if (!channels.ok) return channels;
  const { waiting } = registerDecisionService(app, {
    ...given,
    effectsOf: createCachedEffectsOf(
      {
        parseShell,
        resolveLinks: createResolveLinks(),
        home: homedir(),
        temporaryDirectories: [tmpdir()],
        nowMs: () => performance.now(),
      },
      (isHit) => given.metrics.cached('effects', isHit),
    ),
    agents: new Map(Object.entries(AGENTS)),
    readPolicy: (text, schema) => runCedarTask({ kind: 'policy', text, schema }),
    elapsedMs: () => performance.now(),
    publicUrl: config.publicUrl,
    toolhiveSecret: await readSecret(config.toolhiveSecretFile),
  });
  const telling = createTellPeople({
    approvals: given.memory.approvals,
    governance: given.governance,
    channels: channels.value,
    at: {
      server: config.publicUrl,
      ...(config.consoleUrl === undefined ? {} : { console: config.consoleUrl }),
    },
    subjectOf: ({ decision }) => subjectOf(decision.action),
    nowMs: given.nowMs,
    pause: (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
    onEvent(event) {
      if (event.kind === 'told') app.log.info(event, 'people were told what they are asked');
      else app.log.error({ ...event, err: event.error }, 'people could not be told what they are asked');
    },
  });
  return ok({ waiting, stop: telling.stop });
}

async function readSecret(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : (await readFile(path, 'utf8')).trim();
}
