/** The result of a navigation: a page, or a redirect to another origin, which is not followed. */
export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** The address of the page, or of the redirect to another origin. */
  readonly url: URL;
}

/** A form of a page, with the values that are sent if the user changes nothing. */
export interface Form {
  readonly method: 'get' | 'post';
  readonly action: URL;
  readonly fields: Readonly<Record<string, string>>;
}

/** A minimal browser for pages without scripts: cookies, redirects and forms. */
export interface Browser {
  open(address: URL | string): Promise<Visit>;
  /** Submits a form with some of its fields changed. */
  submit(form: Form, changes?: Readonly<Record<string, string>>): Promise<Visit>;
}

/** Opens a browser without cookies. */
export function openBrowser(): Browser {
  const jar = cookieJar();

  async function visit(url: URL, init: RequestInit = {}, headers = {}): Promise<Visit> {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: jar.header(url), ...headers },
    });
    jar.take(url, response.headers.getSetCookie());
    const html = await response.text();
    const location = response.headers.get('location');
    if (location === null) return { status: response.status, headers: response.headers, html, url };
    const next = new URL(location, url);
    const { status, headers: answered } = response;
    return next.origin === url.origin
      ? visit(next)
      : { status, headers: answered, html, url: next };
  }

  return {
    open: (address) => visit(new URL(address)),
    submit: ({ method, action, fields }, changes = {}) => {
      const values = new URLSearchParams({ ...fields, ...changes });
      return method === 'post'
        ? visit(action, { method, body: values }, { 'sec-fetch-site': 'same-origin' })
        : visit(new URL(`${action.pathname}?${values}`, action));
    },
  };
}

/** Returns the forms of a page. */
export function formsOf({ html, url }: Pick<Visit, 'html' | 'url'>): Form[] {
  return [...html.matchAll(/<form\s(?<attributes>[^>]*)>(?<content>.*?)<\/form>/gs)].map(
    ({ groups: { attributes = '', content = '' } = {} }) => ({
      method: attribute(attributes, 'method') === 'post' ? 'post' : 'get',
      action: new URL(attribute(attributes, 'action') ?? '', url),
      fields: Object.fromEntries(
        [...content.matchAll(/<input[^>]*>/gs)]
          .map(([input]) => input)
          .filter((input) => attribute(input, 'type') !== 'radio' || /\bchecked\b/.test(input))
          .map((input) => [attribute(input, 'name'), attribute(input, 'value')]),
      ) as Record<string, string>,
    }),
  );
}

/** Returns the text of a page, without its tags. */
export function textOf(html: string): string {
  const body = html.replace(/^.*<body>/s, '').replaceAll(/<[^>]*>/g, ' ');
  return decode(body).replaceAll(/\s+/g, ' ').trim();
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decode(value);
}

function decode(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

function cookieJar() {
  const cookies = new Map<string, { readonly pair: string; readonly path: string }>();
  return {
    take(url: URL, lines: readonly string[]) {
      for (const line of lines) {
        const [pair = '', ...attributes] = line.split(/; */);
        const given = new Map(
          attributes.map((each) => each.split('=', 2) as [string, string?]).map(lowerName),
        );
        const path = given.get('path') ?? '/';
        const expires = given.get('expires');
        const key = `${url.hostname} ${path} ${pair.split('=', 1)[0]}`;
        if (expires !== undefined && Date.parse(expires) <= Date.now()) cookies.delete(key);
        else cookies.set(key, { pair, path });
      }
    },
    header(url: URL): string {
      return [...cookies]
        .filter(([key]) => key.startsWith(`${url.hostname} `))
        .filter(([, { path }]) => isWithin(url.pathname, path))
        .map(([, { pair }]) => pair)
        .join('; ');
    },
  };
}

function lowerName([name, value]: [string, string?]): [string, string | undefined] {
  return [name.toLowerCase(), value];
}

function isWithin(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}
