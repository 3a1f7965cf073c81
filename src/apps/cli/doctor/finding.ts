/** What one check found. `warn`: it works, and something should be done; `fail`: decisions are, or will be, refused or untrusted. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it; a command where there is one. */
  readonly fix?: string;
}
