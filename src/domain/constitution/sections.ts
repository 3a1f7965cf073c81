import type { EnforcementRule } from '#domain/constitution/enforcement.ts';
import type { RollOutPlan } from '#domain/constitution/roll-out-plan.ts';
import type { PublicKeyText } from '#domain/signature/ed25519.ts';

/** The sections of a constitution that say how it is changed and kept. Each is part of its digest. */
export interface Sections {
  readonly signers: SignerRule;
  readonly roles: RoleRules;
  readonly approvals: ApprovalRules;
  readonly votes: VoteRules;
  readonly appeals: AppealRules;
  readonly suspension: { readonly hours: number };
  readonly enforcement: readonly EnforcementRule[];
  readonly rollOut: RollOutPlan;
  readonly bundle: { readonly ageHoursMax: number };
}

/** k of n: the keys of those who sign the next constitution. */
export interface Signers {
  readonly threshold: number;
  readonly keys: readonly SignerKey[];
}

export interface SignerKey {
  /** For people. */
  readonly name: string;
  readonly publicKey: PublicKeyText;
}

/** `founders`: the keys that signed number 1 go on signing. Only until a constitution of the lineage has named its own. */
export type SignerRule = Signers | 'founders';

/** Which of a person's roles entitle to what, beside `approverRoles`. */
export interface RoleRules {
  readonly propose: readonly string[];
  readonly vote: readonly string[];
  readonly veto: readonly string[];
  readonly suspend: readonly string[];
  /** Roll-outs, and the running of nodes. */
  readonly operate: readonly string[];
}

/** How people answer what they are asked. Who may is in `approverRoles`; how long a yes is good for, in `limits`. */
export interface ApprovalRules {
  /** How long a request waits for people. */
  readonly requestMinutes: number;
  /** Persons who must say yes, by the role that is asked; one where a role is not named. */
  readonly quorum: Readonly<Record<string, number>>;
  /** Who is told, and when, while nobody has answered. */
  readonly escalation: readonly EscalationStep[];
}

export interface EscalationStep {
  readonly afterMinutes: number;
  /** `next-role`: the role after the one that is asked, which may answer for it. */
  readonly to: 'next-role' | 'on-call';
}

export interface VoteRules {
  readonly periodHours: number;
  readonly emergencyPeriodHours: number;
  /** Of those entitled, who must take part at least. */
  readonly quorumPercent: number;
  /** Of the votes for and against, more than this passes. */
  readonly majorityPercent: number;
  /** Of the votes for and against, at least this overrides a veto. */
  readonly overridePercent: number;
}

export interface AppealRules {
  /** After the enactment or the denial. */
  readonly windowHours: number;
  readonly panelSize: number;
  readonly answerWorkingDays: number;
}

/**
 * What holds where `constitution.yaml` leaves a section out. Votes, appeals and majorities are what the genesis text lays down
 * in its articles III to V; the rest is ours.
 */
export const DEFAULT_SECTIONS: Sections = {
  signers: 'founders',
  roles: {
    propose: ['developer', 'maintainer', 'security', 'operator'],
    vote: ['developer', 'maintainer', 'security', 'operator'],
    veto: ['security'],
    suspend: ['maintainer', 'security', 'operator'],
    operate: ['operator'],
  },
  // A working day for people, a quarter of an hour for those who are asked first.
  approvals: {
    requestMinutes: 480,
    quorum: {},
    escalation: [
      { afterMinutes: 15, to: 'next-role' },
      { afterMinutes: 30, to: 'on-call' },
    ],
  },
  votes: { periodHours: 168, emergencyPeriodHours: 72, quorumPercent: 10, majorityPercent: 50, overridePercent: 67 },
  appeals: { windowHours: 48, panelSize: 3, answerWorkingDays: 5 },
  // The emergency vote on it, and a day to put its outcome in force.
  suspension: { hours: 96 },
  enforcement: [],
  rollOut: {
    shadowMinutes: 60,
    canaryMinutes: 60,
    canaryPercent: 10,
    canaryRepositories: [],
    objectives: {
      denyRisePercentMax: 5,
      askRisePercentMax: 10,
      errorRisePercentMax: 1,
      slowMs: 5,
      slowRisePercentMax: 1,
    },
  },
  // A long weekend without the registry.
  bundle: { ageHoursMax: 96 },
};
