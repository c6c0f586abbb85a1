import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';

const steps = [
  'authorization.accepted',
  'authorization.success',
  'grant.revoked',
  'grant.success',
  'interaction.ended',
  'interaction.started',
];

const refusals = ['authorization.error', 'grant.error', 'revocation.error', 'userinfo.error'];

/** Logs the provider's steps and errors. Never logs request parameters, because many are secrets. */
export function logEvents(provider: EventEmitter, logger: Logger): void {
  for (const event of steps) {
    provider.on(event, (ctx: KoaContextWithOIDC) => {
      logger.debug({ event, client: ctx.oidc.client?.clientId }, 'sandbox');
    });
  }
  for (const event of refusals) {
    provider.on(event, (ctx: KoaContextWithOIDC, error: Error & { error_description?: string }) => {
      const { message, error_description: description } = error;
      logger.debug(
        { event, client: ctx.oidc.client?.clientId, error: message, description },
        'sandbox',
      );
    });
  }
  provider.on('server_error', (_: unknown, err: unknown) => {
    logger.error({ err }, 'sandbox: internal error');
  });
  // Without a listener, Koa writes the error to the terminal.
  provider.on('error', (err: unknown) => {
    logger.error({ err }, 'sandbox: internal error');
  });
}
