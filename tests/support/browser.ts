/** One answer as a browser sees it. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly location?: string | undefined;
  readonly setCookie: readonly string[];
  readonly text: string;
}

/** How a request gets to a server: over the network, unless a test has the server at hand. */
export type Send = (url: string, sent: Sent) => Promise<Answered | undefined>;

const REDIRECTS_MAX = 20;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

/** What a browser does without a screen: it keeps cookies (RFC 6265: host, path, expiry), follows redirects, and sends forms. */
export function createBrowser(send: Send = async () => undefined) {
  const cookies = new Map<string, Cookie>();

  function keep(url: URL, header: string): void {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
    const equals = pair.indexOf('=');
    const named = new Map(
      attributes.map((attribute) => {
        const [name = '', value = ''] = attribute.split('=');
        return [name.toLowerCase(), value] as const;
      }),
    );
    const cookie = {
      name: pair.slice(0, equals),
      value: pair.slice(equals + 1),
      host: url.hostname,
      path: named.get('path') ?? '/',
    };
    const expires = named.get('expires');
    const isGone = named.get('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
    const key = `${cookie.host} ${cookie.path} ${cookie.name}`;
    if (isGone) cookies.delete(key);
    else cookies.set(key, cookie);
  }

  function cookiesFor({ hostname, pathname }: URL): string {
    return [...cookies.values()]
      .filter(({ host, path }) => host === hostname && (path === '/' || `${pathname}/`.startsWith(`${path}/`)))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  async function request(url: string, more: Partial<Sent> = {}): Promise<Answered> {
    const target = new URL(url);
    const cookie = cookiesFor(target);
    const sent: Sent = {
      method: more.method ?? 'GET',
      headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }), ...more.headers },
      ...(more.body === undefined ? {} : { body: more.body }),
    };
    const answered = (await send(url, sent)) ?? (await overNetwork(url, sent));
    for (const header of answered.setCookie) keep(target, header);
    return answered;
  }

  /** Goes to an address and on, until there is a page, or a redirect to where `stopAt` says. */
  async function open(
    url: string,
    more: Partial<Sent> = {},
    stopAt: (url: string) => boolean = () => false,
  ): Promise<Page> {
    let at = url;
    let sent = more;
    for (let redirects = 0; redirects < REDIRECTS_MAX; redirects += 1) {
      const { status, location, text } = await request(at, sent);
      if (location === undefined) return { url: at, status, text };
      at = new URL(location, at).href;
      if (stopAt(at)) return { url: at, status, text };
      sent = {};
    }
    throw new Error(`more than ${REDIRECTS_MAX} redirects, the last to ${at}`);
  }

  return {
    open,
    request,
    /** Sends the first form of a page. */
    async submit(
      page: Page,
      fields: Readonly<Record<string, string>> = {},
      stopAt?: (url: string) => boolean,
    ): Promise<Page> {
      const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1];
      if (action === undefined) throw new Error(`there is no form at ${page.url}: ${page.text.slice(0, 500)}`);
      const hidden = [...page.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]): [string, string] => [
        /name="([^"]*)"/.exec(input)?.[1] ?? '',
        /value="([^"]*)"/.exec(input)?.[1] ?? '',
      ]);
      return open(
        new URL(action.replaceAll('&amp;', '&'), page.url).href,
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams([...hidden, ...Object.entries(fields)]).toString(),
        },
        stopAt,
      );
    },
    cookies: () => [...cookies.values()],
    /** Puts a cookie there, as an attacker who can. */
    plant(host: string, name: string, value: string) {
      cookies.set(`${host} / ${name}`, { name, value, host, path: '/' });
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;

/** Signs in at oidc-provider's own pages under a name, and agrees to what it asks, until the browser is back. */
export async function signInAtProvider(
  browser: Browser,
  startUrl: string,
  name: string,
  stopAt?: (url: string) => boolean,
): Promise<Page> {
  let page = await browser.open(startUrl, {}, stopAt);
  for (let forms = 0; forms < 2; forms += 1) {
    const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1];
    if (prompt === undefined) return page;
    page = await browser.submit(page, prompt === 'login' ? { login: name, password: 'any' } : {}, stopAt);
  }
  return page;
}

async function overNetwork(url: string, { method, headers, body }: Sent): Promise<Answered> {
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  return {
    status: response.status,
    location: response.headers.get('location') ?? undefined,
    setCookie: response.headers.getSetCookie(),
    text: await response.text(),
  };
}
