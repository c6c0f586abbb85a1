import { createHash } from 'node:crypto';
import { cacheControl } from '../../web/response-headers.ts';
import { logoAt, logoPaths } from '../logo.ts';
import { answerFault, nothingHere } from './answer.ts';
import { pathOf, type Route } from './listener.ts';

/** Serves the logos of integrations. They hold nothing of any company, so they need no API key. */
export const logoRoute: Route = async (request, response, info) => {
  const { method, headers } = request;
  const image = logoAt(pathOf(request).slice(logoPaths.length));
  if (image === undefined) {
    answerFault(response, nothingHere, info);
    return;
  }
  const hash = createHash('sha256').update(image).digest('base64url').slice(0, 16);
  const etag = `"${hash}"`;
  response.setHeader('etag', etag);
  response.setHeader('cache-control', cacheControl.hour);
  if (isKnown(headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'image/svg+xml',
    'content-length': Buffer.byteLength(image),
    // Pages of other sites embed it, also those that require this header of everything they embed.
    'cross-origin-resource-policy': 'cross-origin',
  });
  response.end(method === 'HEAD' ? undefined : image);
};

/** Whether the client has the current image (RFC 9110, section 13.1.2). */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((given) => {
    const tag = given.trim().replace(/^W\//, '');
    return tag === etag || tag === '*';
  });
}
