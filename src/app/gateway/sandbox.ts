import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { redirectUrisAt } from './redirect-uri.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** The facts about a sandbox that a gateway needs to link accounts in it. */
export type GatewaySandbox = Pick<Sandbox, 'url' | 'clients'>;

/**
 * Starts the sandbox, if configured, for the gateway at `publicUrl`. If the sandbox cannot start, for example because
 * its port is in use, the gateway runs without it.
 */
export async function startGatewaySandbox(
  { sandbox, database }: Config,
  publicUrl: string,
  logger: Logger,
): Promise<Sandbox | undefined> {
  if (sandbox === undefined) return undefined;
  try {
    const file = `${database.file}.sandbox`;
    // Loaded on demand: a gateway in production does not need this server.
    const { startSandbox } = await import('../../sandbox/sandbox.ts');
    const redirectUri = redirectUrisAt(publicUrl);
    return await startSandbox({ ...sandbox, redirectUri, file, logger });
  } catch (error) {
    logger.warn({ err: error }, 'the sandbox could not start');
    return undefined;
  }
}
