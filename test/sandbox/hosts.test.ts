import { expect, test } from 'vitest';
import { startTestSandbox } from '../support/sandbox.ts';
import { shared } from '../support/lifetime.ts';
import { sayOnWire } from '../support/wire.ts';

const sandbox = shared(() => startTestSandbox());

/** Asks for a page by hand, because clients do not let programs choose the host. Returns the status. */
async function statusOf(path: string, host: string): Promise<string> {
  const request = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  return (await sayOnWire(sandbox(), request)).slice(9, 12);
}

test.for(['/', '/connected-apps', '/.well-known/openid-configuration'])(
  "a web page whose name was given this machine's address does not read %s",
  async (path) => {
    expect(await statusOf(path, 'rebound.example')).toBe('421');
    expect(await statusOf(path, '127.0.0.1.rebound.example:4001')).toBe('421');
    expect(await statusOf(path, '127.0.0.1:4001')).toBe('200');
    expect(await statusOf(path, 'localhost')).toBe('200');
  },
);
