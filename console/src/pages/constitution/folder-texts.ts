/** The texts of a constitution's folder, as they are proposed. */
export interface FolderTexts {
  readonly document: string;
  readonly schema: string;
  readonly policies: readonly FileText[];
  readonly tests: readonly FileText[];
}

export interface FileText {
  /** `policies/02-secrets.cedar` */
  readonly name: string;
  readonly text: string;
}

export type FolderRead =
  | { readonly kind: 'read'; readonly texts: FolderTexts }
  | { readonly kind: 'not-one'; readonly why: string };

/** The whole request is bounded by the server, in bytes. */
const BYTES_MAX = 1_000_000;

/**
 * The files of a chosen folder, by their paths in it (`second/policies/02-secrets.cedar`). What is for people only, by its name, is left out;
 * what would be left out in silence is refused, as the command line does.
 */
export function folderTexts(files: readonly FileText[]): FolderRead {
  const inside = files.map(({ name, text }) => ({ name: name.slice(name.indexOf('/') + 1), text }));
  const meant = inside.filter(({ name }) => !/(?:^|\/)\.|\.md$/.test(name));
  const document = meant.find(({ name }) => name === 'constitution.yaml');
  const schema = meant.find(({ name }) => name === 'schema.cedarschema');
  if (document === undefined) return notOne('it has no constitution.yaml');
  if (schema === undefined) return notOne('it has no schema.cedarschema');
  const policies = meant.filter(({ name }) => /^policies\/[^/]+\.cedar$/.test(name));
  const tests = meant.filter(({ name }) => /^tests\/[^/]+\.yaml$/.test(name));
  const taken = new Set([document, schema, ...policies, ...tests]);
  const stray = meant.find((file) => !taken.has(file));
  if (stray !== undefined) return notOne(`${stray.name} is no part of one`);
  if (new Blob([...taken].map(({ text }) => text)).size > BYTES_MAX)
    return notOne('it is larger than the server reads (1 MB)');
  const inOrder = (list: readonly FileText[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    kind: 'read',
    texts: { document: document.text, schema: schema.text, policies: inOrder(policies), tests: inOrder(tests) },
  };
}

function notOne(why: string): FolderRead {
  return { kind: 'not-one', why: `This is not the folder of a constitution: ${why}.` };
}
