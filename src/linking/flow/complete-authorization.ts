import type { Connection } from '../../domain/connection.ts';
import type { Instant } from '../../domain/instant.ts';
import { PlatformError } from '../../platforms/platform.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import type { Authorization, AuthorizationOutcome } from '../../store/authorizations.ts';
import type { VaultError } from '../../vault/vault.ts';
import { linkActor, type LinkingServices } from '../services.ts';
import { exchange, type PlatformAnswer } from './exchange.ts';
import { keepGrant } from './keep-grant.ts';
import { deletedMeanwhile } from './outcomes.ts';
import { repeatedAnswer, type EndedAuthorization } from './repeated-answer.ts';
import { hashOfToken } from './token.ts';

/**
 * Processes the platform's response: links the connection, or records in its history why linking failed. If the same
 * browser delivers the response again, returns how it ended and changes nothing. Returns `undefined` if this browser has
 * no authorization that the response belongs to.
 */
export async function completeAuthorization(
  services: LinkingServices,
  answer: PlatformAnswer,
  now: Instant,
): Promise<EndedAuthorization | undefined> {
  const { store } = services;
  const state = hashOfToken(answer.url.searchParams.get('state') ?? '');
  const browser = hashOfToken(answer.browser);
  // Anybody can open the address: only what is awaited begins a transaction, which others would wait for.
  const authorization = (await store.authorizations.isAwaited(state, browser, now))
    ? await store.transact((tx) => tx.authorizations.answer(state, browser, now))
    : undefined;
  if (authorization === undefined) return repeatedAnswer(services, state, browser);
  const granted = await exchange(services, authorization, answer);
  const outcome =
    granted instanceof Error
      ? await fail(services, authorization, failureOutcome(granted), granted.message)
      : await keepGrant(services, authorization, granted);
  return { authorization, outcome };
}

function failureOutcome(error: PlatformError | VaultError): AuthorizationOutcome {
  const { failure, code } = error instanceof PlatformError ? error : {};
  const ended =
    failure === 'denied'
      ? { statusCode: 403, message: 'Access was refused at the platform.' }
      : { statusCode: 500, message: 'The platform did not complete the authorization.' };
  return { ...ended, ...(code !== undefined && { statusText: code }) };
}

async function fail(
  { store, clock }: LinkingServices,
  { id, connectionId }: Authorization,
  outcome: AuthorizationOutcome,
  reason: string,
): Promise<AuthorizationOutcome> {
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      const [connection]: Connection[] = await tx.connections.byIds([connectionId]);
      const ended = connection ? outcome : deletedMeanwhile;
      if (connection) {
        await tx.events.noteFailure(connection, { actor: linkActor, reason, at: clock.now() });
      }
      await tx.authorizations.finish(id, ended);
      return ended;
    }),
  );
}
