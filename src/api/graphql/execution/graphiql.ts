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

/** The page in one encoding. */
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
 * Whether a request is a browser's for the page rather than a client's for data. A query in the address says nothing:
 * GraphiQL writes there what is being edited, so that it can be shared.
 */
export function wantsGraphiql(request: IncomingMessage): boolean {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return /\btext\/html\b/.test(headers.accept ?? '');
}

/** Answers with GraphiQL, whose scripts and styles are all in the page, so that it works without internet access. */
export async function serveGraphiql(request: IncomingMessage, response: ServerResponse) {
  // Rendered when first asked for: it is 9 MB, which a gateway that nobody explores should not hold.
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

/** Whether an `Accept-Encoding` takes gzip, of which `gzip;q=0` is the opposite. */
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

/** Whether an `If-None-Match` names a tag, by the weak comparison that RFC 9110 asks for. */
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
