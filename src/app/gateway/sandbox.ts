import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { redirectUrisAt } from './redirect-uri.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** What a gateway must know of a sandbox to link accounts in it. */
export type GatewaySandbox = Pick<Sandbox, 'url' | 'clients'>;

/**
 * Starts the sandbox, if the gateway at `publicUrl` is to have one. A gateway whose sandbox cannot start, as where its port
 * is taken, is still a gateway.
 */
export async function startGatewaySandbox(
  { sandbox, database }: Config,
  publicUrl: string,
  logger: Logger,
): Promise<Sandbox | undefined> {
  if (sandbox === undefined) return undefined;
  try {
    const file = `${database.file}.sandbox`;
    // A server of its own, which a gateway in production need not load.
    const { startSandbox } = await import('../../sandbox/sandbox.ts');
    const redirectUri = redirectUrisAt(publicUrl);
    return await startSandbox({ ...sandbox, redirectUri, file, logger });
  } catch (error) {
    logger.warn({ err: error }, 'the sandbox could not start');
    return undefined;
  }
}
