import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const firstQuery = `# Ctrl-Enter runs this query,
# Ctrl-Space shows what else you can ask for.
query Companies {
  companies(first: 20) {
    totalCount
    nodes {
      id
      name
      connectionStatuses
      connections {
        id
        platformName
        sourceType
        status
        allowedActions
        lastSync
      }
    }
  }
}
`;

/** The page in one content encoding. */
interface Representation {
  readonly body: Buffer;
  readonly etag: string;
}

interface RenderedPage {
  readonly plain: Representation;
  readonly gzipped: Representation;
}

let rendered: Promise<RenderedPage> | undefined;

/**
 * Reports whether a browser requests the page, as opposed to a client that requests data. A query in the URL
 * does not matter: GraphiQL puts the edited query there, so that users can share it.
 */
export function wantsGraphiql(request: IncomingMessage): boolean {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return /\btext\/html\b/.test(headers.accept ?? '');
}

/** Sends the GraphiQL page. It includes all scripts and styles, so that it works without internet access. */
export async function serveGraphiql(request: IncomingMessage, response: ServerResponse) {
  // Rendered on the first request: the page is 9 MB, which a gateway should not hold if GraphiQL is not used.
  const { plain, gzipped } = await (rendered ??= render());
  const compressed = acceptsGzip(request.headers['accept-encoding'] ?? '');
  const { body, etag } = compressed ? gzipped : plain;
  response.setHeader('vary', 'accept, accept-encoding');
  response.setHeader('cache-control', 'private, no-cache');
  response.setHeader('etag', etag);
  if (namesTag(request.headers['if-none-match'] ?? '', etag)) {
    response.writeHead(304).end();
    return;
  }
  if (compressed) response.setHeader('content-encoding', 'gzip');
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Reports whether an `Accept-Encoding` header accepts gzip. `gzip;q=0` rejects it. */
function acceptsGzip(accepted: string): boolean {
  const codings = accepted.toLowerCase().split(',');
  const weightOf = (wanted: string) => {
    for (const coding of codings) {
      const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
      if (name !== wanted) continue;
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return weight === undefined ? 1 : Number(weight.slice(2));
    }
    return undefined;
  };
  return (weightOf('gzip') ?? weightOf('*') ?? 0) > 0;
}

/** Reports whether an `If-None-Match` header matches a tag, by the weak comparison that RFC 9110 requires. */
function namesTag(given: string, etag: string): boolean {
  return given.trim() === '*' || [...given.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
}

async function render(): Promise<RenderedPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Connexions',
    endpoint: '/graphql',
    defaultQuery: firstQuery,
  });
  const html = Buffer.from(page);
  const hash = createHash('sha256').update(html).digest('base64url');
  return {
    plain: { body: html, etag: `"${hash}"` },
    gzipped: { body: await promisify(gzip)(html), etag: `"${hash}-gzip"` },
  };
}
