import { Agent, request } from 'node:http';

/** The URL of a server and the API key. Every server receives the key, but only the gateway checks it. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/** The headers of every request. */
export function headersOf({ apiKey }: Target): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Bearer ${apiKey}`,
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a body on a kept-alive connection and returns the response text. Any status except 200 rejects. */
export function ask(target: Target, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      target.url,
      { method: 'POST', agent, headers: headersOf(target) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${response.statusCode}: ${text.slice(0, 300)}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
