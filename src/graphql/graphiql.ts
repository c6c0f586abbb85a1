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

interface RenderedPage {
  readonly html: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

let rendered: Promise<RenderedPage> | undefined;

/** Whether a request is a browser's for the page rather than a client's for data. */
export function wantsGraphiql(request: IncomingMessage): boolean {
  const { method, url = '', headers } = request;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return /\btext\/html\b/.test(headers.accept ?? '') && !/[?&](query|extensions)=/.test(url);
}

/** Answers with GraphiQL, whose scripts and styles are all in the page, so that it works without internet access. */
export async function serveGraphiql(request: IncomingMessage, response: ServerResponse) {
  // Rendered when first asked for: it is 9 MB, which a gateway that nobody explores should not hold.
  const { html, gzipped, etag } = await (rendered ??= render());
  response.setHeader('vary', 'accept, accept-encoding');
  response.setHeader('cache-control', 'private, no-cache');
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const compressed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = compressed ? gzipped : html;
  if (compressed) response.setHeader('content-encoding', 'gzip');
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function render(): Promise<RenderedPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Connexions',
    endpoint: '/graphql',
    defaultQuery: firstQuery,
  });
  const html = Buffer.from(page);
  return {
    html,
    gzipped: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
  };
}
