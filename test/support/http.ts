import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

/** An HTTP response. */
interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows the shape of the answer that it provokes
  json(): any;
}

interface HttpRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Sends exactly this request, even one that `fetch` would reject or change. */
export function send(
  url: string,
  { method = 'GET', path = '/graphql', headers = {}, body }: HttpRequest = {},
): Promise<HttpAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text: whole.toString('utf8'),
          json: () => JSON.parse(whole.toString('utf8')) as unknown,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends a GraphQL request as JSON. */
export function sendJson(
  url: string,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): Promise<HttpAnswer> {
  return send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
