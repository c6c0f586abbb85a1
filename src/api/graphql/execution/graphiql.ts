import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { cacheControl, scriptedPageHeaders } from '../../../web/response-headers.ts';
import { answerPlainly } from '../../../web/request-fault.ts';
import { makeGraphiqlFiles, type GraphiqlFiles } from './graphiql-files.ts';

/**
 * Where the files of the page are. The page names them relative to itself, so that it works below any path; with a slash
 * at the end of its path, it finds them below that.
 */
export const graphiqlFiles = ['/graphiql/', '/graphql/graphiql/'] as const;

// Made on first use: it takes 2 MB of memory, which a gateway without GraphiQL users does not need.
let made: Promise<GraphiqlFiles> | undefined;

/** A failure is not kept, so that the next request tries again. */
function graphiqlFilesOnce(): Promise<GraphiqlFiles> {
  made ??= makeGraphiqlFiles().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

/**
 * Whether a request is a browser's request for the page, not a client's request for data. A query in the address does
 * not count: GraphiQL writes the edited query there.
 */
export function wantsGraphiql({ method, headers }: IncomingMessage): boolean {
  return isRead(method) && /\btext\/html\b/.test(headers.accept ?? '');
}

/** Sends the GraphiQL page. All its scripts and styles are files of this server, so it works without internet access. */
export async function serveGraphiql(
  { method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { page } = await graphiqlFilesOnce();
  response.writeHead(200, {
    ...scriptedPageHeaders(),
    vary: 'accept',
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
  });
  response.end(method === 'HEAD' ? undefined : page);
}

/** Sends a file of the GraphiQL page. */
export async function serveGraphiqlFile(
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { files } = await graphiqlFilesOnce();
  const file = files.get(url.slice(url.lastIndexOf('/') + 1));
  if (file === undefined) {
    answerPlainly(response, noFile);
    return;
  }
  const { type, gzipped } = file;
  response.setHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', cacheControl.forever);
  response.setHeader('content-type', type);
  if (acceptsGzip(headers['accept-encoding'])) {
    response.setHeader('content-encoding', 'gzip');
    response.writeHead(200, { 'content-length': gzipped.length });
    response.end(method === 'HEAD' ? undefined : gzipped);
  } else if (method === 'HEAD') response.writeHead(200).end();
  // A client that leaves is not a fault.
  else await pipeline(Readable.from([gzipped]), createGunzip(), response).catch(() => {});
}

const noFile = { status: 404, code: 'NOT_FOUND', message: 'No file exists at this path' };

function isRead(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Whether an `Accept-Encoding` accepts gzip, which `gzip;q=0` refuses. Without the header, a client accepts anything. */
function acceptsGzip(accepted: string | undefined): boolean {
  if (accepted === undefined) return true;
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
