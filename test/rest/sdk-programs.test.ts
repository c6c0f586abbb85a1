import { expect, test } from 'vitest';
import { makeApiKey } from '../support/callers.ts';
import { shared } from '../support/lifetime.ts';
import { linkedConnection, refusalOf, startRestGateway } from '../support/rest.ts';
import { goProgram, pythonProgram, SdkMissingError } from '../support/sdk-programs.ts';

const shareGateway = shared(() => startRestGateway());

/** The languages whose SDKs must run here. Elsewhere, a test is skipped if its SDK cannot be installed. */
const required = (process.env['REQUIRE_SDKS'] ?? '').split(',');

test.for([
  ['the newest', 'python', () => pythonProgram('examples/python/requirements.txt')],
  ['the oldest', 'python', () => pythonProgram('examples/python/requirements-oldest.txt')],
  ['the', 'go', () => goProgram('examples/go')],
] as const)(
  'who uses %s SDK for %s unlinks and deletes a connection as its documentation says',
  { timeout: 200_000 },
  async ([, language, install], { skip }) => {
    const program = await install().catch((error: unknown) => {
      if (!(error instanceof SdkMissingError) || required.includes(language)) throw error;
      return skip(error.message);
    });
    const gateway = shareGateway();
    const { secret } = await makeApiKey(gateway, 'write');
    const sdk = gateway.sdkWith(secret);
    const ref = await linkedConnection({ ...gateway, sdk });

    const output = await program(gateway.url, secret, ref.companyId, ref.connectionId);

    expect(output.trimEnd().split('\n')).toEqual([
      `connections.unlink: ${ref.connectionId} Xero Unlinked`,
      'connections.delete: done',
    ]);
    expect(await refusalOf(sdk.connections.get(ref))).toMatchObject({ status: 404 });
  },
);
