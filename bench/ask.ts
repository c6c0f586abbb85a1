import { Agent, request } from 'node:http';

/** Where a server takes queries, and the API key that it asks for; others are sent it too. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/** What goes with every request. */
export function headersOf({ apiKey }: Target): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Bearer ${apiKey}`,
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a body on a connection that stays open; the answer's text must come with 200. */
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
