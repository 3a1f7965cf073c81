export type AmendmentId = string & { readonly __brand: 'AmendmentId' };
export type BallotId = string & { readonly __brand: 'BallotId' };
export type SuspensionId = string & { readonly __brand: 'SuspensionId' };
export type AppealId = string & { readonly __brand: 'AppealId' };
