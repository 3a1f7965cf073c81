/** What an endpoint needs of its caller. Who has it stands in access/roles.cedar. */
export const PERMISSIONS = [
  /** Have an action decided. */
  'decisions.ask',
  /** The same through an agent's own hook. */
  'hooks.ask',
  /** The same as a policy decision point (AuthZEN); a person may ask for any agent. */
  'evaluations.ask',
  /** Say what became of an action. */
  'outcomes.report',
  /** Ask what the constitution in force would say, without acting: nothing is recorded. */
  'assessments.read',
  /** Read decisions; an agent its own only. */
  'decisions.read',
  /** See what people are asked, and what they answered. */
  'approvals.read',
  /** Answer an `ask`. */
  'approvals.answer',
  /** The constitution in force, its lineage and its signatures. */
  'constitution.read',
  /** Take part in changing it: propose, vote, veto, sign, suspend, appeal. Who may do which, the constitution says. */
  'constitution.amend',
  /** Get what a decision node decides by, and acknowledge it: for the node itself. */
  'nodes.follow',
  /** Roll a constitution out, stage by stage, and take it back. */
  'roll-outs.move',
  /** Status and proofs of the ledger; its checkpoints and tiles are open. */
  'ledger.read',
  /** Send a node's journal to the ledger. */
  'ledger.ship',
  /** Signed receipts; an agent those of its own decisions only. */
  'receipts.read',
  /** Everything that is recorded, as a stream. */
  'events.read',
  /** Read what was redacted. */
  'detail.disclose',
  /** Destroy the keys of what was redacted. */
  'detail.shred',
  /** Runs of agents, and counts over all of them. */
  'sessions.read',
  /** Decisions, answers and changes as they happen. */
  'live.read',
  'metrics.read',
  /** Who one is. */
  'self.read',
  /** Who works here, in which roles. */
  'people.read',
  'people.manage',
  'agents.read',
  /** Make a place for an agent of one's own, and set the status of one's own. */
  'agents.invite',
  /** The same for everybody's, and give them teams. */
  'agents.manage',
  /** Revoke an access token; an agent its own only. */
  'tokens.revoke',
  /** Change the key that signs access tokens. */
  'signing-keys.rotate',
  /** The description of the API. */
  'api.read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
