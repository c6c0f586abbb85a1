import type { Connection, ConnectionRef } from '../../domain/connection.ts';
import { givenCredentials } from '../../domain/credentials.ts';
import type { Cause } from '../../domain/event.ts';
import {
  validate,
  type ActiveConnectionExists,
  type InvalidInput,
  type NotFound,
} from '../../domain/refusal.ts';
import { ok, refuse, type Result } from '../../domain/result.ts';
import { moveConnection } from '../../operations/move-connection.ts';
import { ofConnection } from '../../vault/vault.ts';
import { renewalTime } from '../upkeep/renewal-time.ts';
import type { LinkingServices } from '../services.ts';

/**
 * Links a connection with credentials that its company granted outside the gateway. `input` is unchecked, in the form
 * of `givenCredentials`. The caller is responsible for using the same account as before.
 */
export async function authorizeConnection(
  { store, vault, platforms }: LinkingServices,
  { companyId, connectionId }: ConnectionRef,
  input: unknown,
  cause: Cause,
): Promise<Result<Connection, NotFound | InvalidInput | ActiveConnectionExists>> {
  const valid = validate(givenCredentials, input);
  if (!valid.ok) {
    const { field, rule } = valid.error;
    return refuse({
      ...valid.error,
      field: field === '' ? 'credentials' : `credentials.${field}`,
      rule,
    });
  }
  const { accountId, ...credentials } = valid.value;
  const sealed = await vault.seal(
    credentials,
    ofConnection('credentials', { companyId, connectionId }),
  );

  return store.transact(async (tx) => {
    const result = await moveConnection(tx, { companyId, connectionId }, 'authorize', cause);
    if (!result.ok) {
      if (result.error.kind !== 'InvalidStatus') return refuse(result.error);
      throw new Error('authorizing a connection must be allowed in every status');
    }
    const [integration] = await tx.integrations.byIds([result.value.integrationId]);
    await tx.credentials.set(connectionId, {
      sealed,
      expires: credentials.expires,
      renewAt: renewalTime(credentials, platforms.get(integration?.key ?? ''), cause.at),
      scheduled: cause.at,
      obtained: null,
    });
    // The scopes of credentials that a caller supplies are not known.
    await tx.grantedScopes.set(connectionId, undefined);
    if (accountId !== null) await tx.credentials.setAccount(connectionId, accountId);
    return ok(result.value);
  });
}
