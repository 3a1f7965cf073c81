/** What the API answers in the place of what was asked for (RFC 9457); `code` is stable and listed in the reference. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;

  constructor(told: {
    readonly status: number;
    readonly code: string;
    readonly title: string;
    readonly detail?: string;
  }) {
    super(told.title);
    this.status = told.status;
    this.code = told.code;
    this.detail = told.detail;
  }
}

/** No answer came: the server is down, or the way to it. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** What went wrong, for a person. */
export function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.detail ?? error.message;
  if (error instanceof Unreachable) return 'The server does not answer.';
  return error instanceof Error ? error.message : String(error);
}

/** Of a body that should be problem details; a proxy in between may have answered in its own words. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const told = typeof body === 'object' && body !== null ? body : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const detail = 'detail' in told ? text(told.detail) : undefined;
  return new Problem({
    status: response.status,
    code: ('code' in told ? text(told.code) : undefined) ?? `http-${response.status}`,
    title: ('title' in told ? text(told.title) : undefined) ?? `The server answered ${response.status}.`,
    ...(detail === undefined ? {} : { detail }),
  });
}
