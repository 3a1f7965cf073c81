/** Text that is searched for secrets; a longer one is searched up to here. */
export const SECRET_SEARCH_LENGTH_MAX = 1024 * 1024;

/**
 * Shapes of secrets that issuers document or that formats prescribe. Each has a fixed beginning, so that a text is scanned without
 * backtracking; none is a guess by entropy. What they find decides (`expose`); what is kept out of records is wider: `secret-spans.ts`.
 */
export const SECRET_SHAPES: readonly (readonly [kind: string, hint: string, shape: RegExp])[] = [
  ['private-key', '-----BEGIN', /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/],
  ['aws-access-key', 'A', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['github-token', 'gh', /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/],
  ['github-token', 'github_pat_', /\bgithub_pat_[A-Za-z0-9_]{60,255}\b/],
  ['gitlab-token', 'gl', /\bgl(?:pat|dt|rt|cbt|ptt|soat)-[\w-]{20,64}\b/],
  ['slack-token', 'xox', /\bxox[abeprs]-[A-Za-z0-9-]{10,200}/],
  ['slack-webhook', 'hooks.slack.com', /hooks\.slack\.com\/services\/T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/],
  ['stripe-key', '_live_', /\b[rs]k_live_[A-Za-z0-9]{16,128}\b/],
  ['google-api-key', 'AIza', /\bAIza[\w-]{35}\b/],
  ['google-oauth', 'GOCSPX-', /\bGOCSPX-[\w-]{28}\b/],
  ['anthropic-key', 'sk-ant-', /\bsk-ant-[\w-]{24,200}/],
  ['openai-key', 'sk-', /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{40,200}\b/],
  ['npm-token', 'npm_', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['pypi-token', 'pypi-', /\bpypi-AgE[\w-]{50,250}/],
  ['huggingface-token', 'hf_', /\bhf_[A-Za-z0-9]{34}\b/],
  ['sendgrid-key', 'SG.', /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
  ['twilio-key', 'SK', /\bSK[0-9a-f]{32}\b/],
  ['digitalocean-token', '_v1_', /\bdo[opr]_v1_[0-9a-f]{64}\b/],
  ['age-key', 'AGE-SECRET-KEY', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/],
  ['json-web-token', 'eyJ', /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}/],
  [
    'url-password',
    '://',
    /\b[a-z][a-z0-9+]{1,15}:\/\/[^\s:/@'"$<>{}]{1,64}:(?!(?:pass(?:word)?|secret|xxx+|\*+|changeme|postgres|root|user|example|token)@)[^\s:/@'"$<>{}]{6,128}@[\w.-]{1,128}/i,
  ],
];

/** Kinds of secrets of which the text holds one by its shape, in a fixed order; never the secrets themselves. */
export function secretKinds(text: string): readonly string[] {
  if (text.length < 16) return [];
  const searched = text.length > SECRET_SEARCH_LENGTH_MAX ? text.slice(0, SECRET_SEARCH_LENGTH_MAX) : text;
  const kinds = SECRET_SHAPES.filter(([, hint, shape]) => searched.includes(hint) && shape.test(searched)).map(
    ([kind]) => kind,
  );
  return [...new Set(kinds)];
}
