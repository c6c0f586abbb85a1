import { z } from 'zod';
import type { Connection } from '../../domain/connection.ts';
import type { Instant } from '../../domain/instant.ts';
import {
  PlatformError,
  type Binding,
  type Grant,
  type Platform,
} from '../../platforms/platform.ts';
import { moveConnection, permittedMove } from '../../operations/move-connection.ts';
import type { Authorization, AuthorizationOutcome } from '../../store/authorizations.ts';
import type { SealedCredentials } from '../../store/credentials.ts';
import type { StoreReader, StoreTransactor } from '../../store/store.ts';
import { ofConnection, VaultError, type Vault } from '../../vault/vault.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { renewalTime } from '../upkeep/renewal-time.ts';
import { linkActor, type LinkingServices } from '../services.ts';
import { hashOfToken } from './token.ts';

/** An authorization that has ended, in success or failure. */
export interface EndedAuthorization {
  readonly authorization: Authorization;
  readonly outcome: AuthorizationOutcome;
}

const bindingForm = z.object({ state: z.string(), verifier: z.string(), nonce: z.string() });

/** The platform's response, which the browser delivers. */
export interface PlatformAnswer {
  /** The integration key in the callback URL at which the response arrived. */
  readonly integrationKey: string;
  /** The URL to which the platform sent the browser. */
  readonly url: URL;
  /** The token in the browser's cookie. */
  readonly browser: string;
}

/**
 * Processes the platform's response: links the connection, or records in its history why linking failed. Returns
 * `undefined` if this browser has no pending authorization that the response belongs to.
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
  if (!(await store.authorizations.isAwaited(state, browser, now))) return undefined;
  const authorization = await store.transact((tx) => tx.authorizations.answer(state, browser, now));
  if (authorization === undefined) return undefined;
  const granted = await exchange(services, authorization, answer);
  const outcome =
    granted instanceof Error
      ? await fail(services, authorization, failureOutcome(granted), granted.message)
      : await link(services, authorization, granted);
  return { authorization, outcome };
}

interface Exchanged extends Grant {
  readonly platform: Platform;
}

async function exchange(
  { store, vault, platforms }: LinkingServices,
  authorization: Authorization,
  { integrationKey, url }: PlatformAnswer,
): Promise<Exchanged | PlatformError | VaultError> {
  const key = await integrationKeyOf(store, authorization);
  // Check before sending anything: a dishonest platform may have made another one respond in its place.
  if (key !== undefined && key !== integrationKey) {
    return new PlatformError(
      'rejected',
      'the response arrived at the redirect URL of another platform',
    );
  }
  const platform = platforms.get(key ?? '');
  if (platform === undefined) return new PlatformError('rejected', 'the platform is not enabled');
  try {
    const binding = await openBinding(vault, authorization);
    return { platform, ...(await platform.exchange(url, binding)) };
  } catch (error) {
    if (error instanceof PlatformError || error instanceof VaultError) return error;
    throw error;
  }
}

async function openBinding(vault: Vault, authorization: Authorization): Promise<Binding> {
  const use = ofConnection('authorization', authorization);
  const opened = bindingForm.safeParse(await vault.open(authorization.secrets, use));
  if (!opened.success)
    throw new VaultError('the secret cannot be decrypted: it does not hold an authorization');
  return opened.data;
}

async function integrationKeyOf(store: StoreReader, { connectionId }: Authorization) {
  const [connection] = await store.connections.byIds([connectionId]);
  if (connection === undefined) return undefined;
  const [integration] = await store.integrations.byIds([connection.integrationId]);
  return integration?.key;
}

function failureOutcome(error: PlatformError | VaultError): AuthorizationOutcome {
  return error instanceof PlatformError && error.failure === 'denied'
    ? { statusCode: 403, message: 'Access was refused at the platform.' }
    : { statusCode: 500, message: 'The platform did not complete the authorization.' };
}

/** Links the connection if the rules still permit it. */
async function link(
  { store, vault, clock }: LinkingServices,
  authorization: Authorization,
  { platform, credentials, account, accountFailure }: Exchanged,
): Promise<AuthorizationOutcome> {
  const now = clock.now();
  const sealed: SealedCredentials = {
    sealed: await vault.seal(credentials, ofConnection('credentials', authorization)),
    expires: credentials.expires,
    renewAt: renewalTime(credentials, platform, now),
  };
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      const outcome = await linkIn(tx, authorization, { sealed, account, accountFailure, now });
      await tx.authorizations.finish(authorization.id, outcome);
      return outcome;
    }),
  );
}

const deletedMeanwhile: AuthorizationOutcome = {
  statusCode: 404,
  message: 'The connection was deleted in the meantime.',
};

interface ToLink {
  readonly sealed: SealedCredentials;
  readonly account: string | undefined;
  readonly accountFailure: string | undefined;
  readonly now: Instant;
}

async function linkIn(
  tx: StoreTransactor,
  { companyId, connectionId, allowDifferentAccount }: Authorization,
  { sealed, account, accountFailure, now }: ToLink,
): Promise<AuthorizationOutcome> {
  const [connection] = await tx.connections.byIds([connectionId]);
  if (connection === undefined) return deletedMeanwhile;
  const refuseBecause = async (reason: string, message: string): Promise<AuthorizationOutcome> => {
    await tx.events.noteFailure(connection, { actor: linkActor, reason, at: now });
    return { statusCode: 409, message };
  };
  const refuseForRival = () =>
    refuseBecause(
      `the company has another active ${connection.sourceType} connection`,
      'Another connection of this kind is active. Disconnect it first.',
    );
  const ref = { companyId, connectionId };
  if (!(await permittedMove(tx, ref, 'authorize')).ok) return refuseForRival();
  const before = await tx.credentials.accountOf(connectionId);
  const isDifferent = account !== undefined && before !== undefined && account !== before;
  if (isDifferent && !allowDifferentAccount) {
    return refuseBecause(
      'a different account than before was chosen at the platform',
      'You chose a different account than the one that was connected before.',
    );
  }
  const moved = await moveConnection(tx, ref, 'authorize', {
    actor: linkActor,
    ...(accountFailure !== undefined && {
      reason: `linked, but the account could not be read: ${accountFailure}`,
    }),
    ...(isDifferent && { reason: 'linked to a different account at the platform than before' }),
    at: now,
  });
  if (!moved.ok) return refuseForRival();
  await tx.credentials.set(connectionId, sealed);
  if (account !== undefined) await tx.credentials.setAccount(connectionId, account);
  return { statusCode: 200, message: null };
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
