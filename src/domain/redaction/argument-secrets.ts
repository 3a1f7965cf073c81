import { isReference, namesSecret, type SecretSpan, secretSpans } from '#domain/action/secret-spans.ts';

/** Programs by the short flag after which they take a password. */
const PASSWORD_FLAGS: readonly (readonly [program: RegExp, flag: RegExp, needsWord?: string])[] = [
  [/^(?:mysql\w*|mariadb[\w-]*)$/, /^-p(?=.)/],
  [/^sshpass$/, /^-p/],
  [/^redis-cli$/, /^-a/],
  [/^(?:docker|podman|helm|az|oc|cf)$/, /^-p/, 'login'],
];
/** Programs that take `user:password` after one of these flags. */
const USER_PROGRAM = /^(?:curl|wget|https?|xh)$/;
const USER_FLAG = /^(?:-u|-U|-a|--user|--proxy-user|--auth)=?/;

/** The secrets in the arguments of a program, by argument: what a flag says of the next one is known only here. */
export function argumentSecrets(
  program: string,
  args: readonly string[],
): readonly { readonly argument: number; readonly span: SecretSpan }[] {
  const passwordFlag = PASSWORD_FLAGS.find(
    ([name, , word]) => name.test(program) && (word === undefined || args.includes(word)),
  )?.[1];
  const places = args.flatMap((argument, at) => [
    afterName(argument, at, args[at + 1]),
    afterFlag(passwordFlag, argument, at),
    afterUser(program, argument, at, args[at + 1]),
  ]);
  const found = args.flatMap((argument, at) => secretSpans(argument).map((span) => ({ argument: at, span })));
  for (const place of places) {
    if (place === undefined) continue;
    const text = args[place.argument] ?? '';
    if (place.start >= text.length || isReference(text.slice(place.start))) continue;
    found.push({ argument: place.argument, span: { start: place.start, end: text.length, kind: 'password' } });
  }
  return found;
}

/** From `start` to the end of the argument. */
interface SecretPlace {
  readonly argument: number;
  readonly start: number;
}

/** `--password x`; the next flag is no value. */
function afterName(argument: string, at: number, next: string | undefined): SecretPlace | undefined {
  const isName = /^--?[A-Za-z]/.test(argument) && !argument.includes('=') && namesSecret(argument);
  return isName && next?.startsWith('-') === false ? { argument: at + 1, start: 0 } : undefined;
}

/** `-p x` or `-px`. */
function afterFlag(flag: RegExp | undefined, argument: string, at: number): SecretPlace | undefined {
  const text = flag?.exec(argument)?.[0];
  if (text === undefined) return undefined;
  return argument === text ? { argument: at + 1, start: 0 } : { argument: at, start: text.length };
}

/** `-u name:x`, in one argument or two. */
function afterUser(program: string, argument: string, at: number, next = ''): SecretPlace | undefined {
  const flag = USER_PROGRAM.test(program) ? USER_FLAG.exec(argument)?.[0] : undefined;
  if (flag === undefined) return undefined;
  const isOwn = argument.length > flag.length;
  const colon = isOwn ? argument.indexOf(':', flag.length) : next.indexOf(':');
  return colon === -1 ? undefined : { argument: isOwn ? at : at + 1, start: colon + 1 };
}
