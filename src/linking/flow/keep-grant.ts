import type { Connection } from '../../domain/connection.ts';
import type { Instant } from '../../domain/instant.ts';
import { moveConnection, permittedMove } from '../../operations/move-connection.ts';
import type { Grant } from '../../platforms/platform.ts';
import type { Authorization, AuthorizationOutcome } from '../../store/authorizations.ts';
import type { SealedCredentials } from '../../store/credentials.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import type { StoreTransactor } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { ofConnection } from '../../vault/vault.ts';
import { linkActor, type LinkingServices } from '../services.ts';
import { recordScopes } from '../upkeep/record-scopes.ts';
import { renewalTime } from '../upkeep/renewal-time.ts';
import { revokeUnlessShared } from '../upkeep/revoke-unkept.ts';
import { compareAccounts } from './compare-accounts.ts';
import type { Exchanged } from './exchange.ts';
import { deletedMeanwhile, rivalIsActive } from './outcomes.ts';

/**
 * Links the connection of an authorization with what the platform granted. If the rules no longer permit it, or the
 * account is not the earlier one, the history says why, and the grant is revoked at the platform.
 */
export async function keepGrant(
  services: LinkingServices,
  authorization: Authorization,
  exchanged: Exchanged,
): Promise<AuthorizationOutcome> {
  try {
    return await keep(services, authorization, exchanged);
  } catch (error) {
    if (isSurelyNotKept(error)) await revokeNow(exchanged);
    throw error;
  }
}

async function keep(
  { store, vault, clock }: LinkingServices,
  authorization: Authorization,
  { platform, credentials, scopes, ...account }: Exchanged,
): Promise<AuthorizationOutcome> {
  const now = clock.now();
  const sealed: SealedCredentials = {
    sealed: await vault.seal(credentials, ofConnection('credentials', authorization)),
    expires: credentials.expires,
    renewAt: renewalTime(credentials, platform, now),
    scheduled: now,
    obtained: now,
  };
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      const outcome = await link(tx, authorization, { sealed, scopes, account, now });
      if (outcome.statusCode !== 200) {
        const unkept = { ...authorization, sealed: sealed.sealed };
        await revokeUnlessShared(tx, unkept, platform, now);
      }
      await tx.authorizations.finish(authorization.id, outcome);
      return outcome;
    }),
  );
}

interface ToLink {
  readonly sealed: SealedCredentials;
  readonly scopes: Grant['scopes'];
  readonly account: Pick<Grant, 'account' | 'accountFailure'>;
  readonly now: Instant;
}

async function link(
  tx: StoreTransactor,
  { companyId, connectionId, allowDifferentAccount }: Authorization,
  { sealed, scopes, account, now }: ToLink,
): Promise<AuthorizationOutcome> {
  const [connection] = await tx.connections.byIds([connectionId]);
  if (connection === undefined) return deletedMeanwhile;
  const refuse = async (outcome: AuthorizationOutcome, reason: string) => {
    await tx.events.noteFailure(connection, { actor: linkActor, reason, at: now });
    return outcome;
  };
  const ref = { companyId, connectionId };
  if (!(await permittedMove(tx, ref, 'authorize')).ok) {
    return refuse(rivalIsActive, rivalReason(connection));
  }
  const before = await tx.credentials.accountOf(connectionId);
  const comparison = compareAccounts(before, account, allowDifferentAccount);
  if (!comparison.ok) return refuse(comparison.error.outcome, comparison.error.reason);
  const { reason, keeps } = comparison.value;
  const cause = { actor: linkActor, ...(reason !== undefined && { reason }), at: now };
  if (!(await moveConnection(tx, ref, 'authorize', cause)).ok) {
    return refuse(rivalIsActive, rivalReason(connection));
  }
  await tx.credentials.set(connectionId, sealed);
  await recordScopes(tx, connectionId, scopes, { actor: linkActor, at: now });
  if (keeps !== before) await tx.credentials.setAccount(connectionId, keeps);
  return { statusCode: 200, message: null };
}

function rivalReason({ sourceType }: Connection): string {
  return `the company has another active ${sourceType} connection`;
}

/** Reports whether an error means that nothing was stored. After a failure of the disk, this is not known. */
function isSurelyNotKept(error: unknown): boolean {
  return !(error instanceof StoreUnavailableError && error.why === 'unusable');
}

/** Revokes a grant that could not be queued for revocation. A failure is ignored: the caller reports the first error. */
async function revokeNow({ platform, credentials }: Exchanged): Promise<void> {
  if (!platform.revocationEndsAll) await platform.revoke(credentials).catch(() => false);
}
