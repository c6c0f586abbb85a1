import { ok, refuse, type Result } from '../../domain/result.ts';
import type { Grant } from '../../platforms/platform.ts';
import type { AuthorizationOutcome } from '../../store/authorizations.ts';
import { differentAccount, unknownAccount } from './outcomes.ts';

/** An account that a connection may be linked to. */
interface AcceptedAccount {
  /** The account that the next link must use; `undefined` if none is known. */
  readonly keeps: string | undefined;
  /** What the event of the link says about the account, if anything. */
  readonly reason: string | undefined;
}

/** Why a connection must not be linked to an account: for the user, and for its history. */
interface RefusedAccount {
  readonly outcome: AuthorizationOutcome;
  readonly reason: string;
}

/**
 * Decides whether a connection may be linked to the account that access was granted to, given the account `before`.
 * Where both should be known, they are compared, unless the link allows another account.
 */
export function compareAccounts(
  before: string | undefined,
  { account, accountFailure }: Pick<Grant, 'account' | 'accountFailure'>,
  allowDifferentAccount: boolean,
): Result<AcceptedAccount, RefusedAccount> {
  if (account === undefined) {
    // This platform names no accounts.
    if (accountFailure === undefined) return ok({ keeps: before, reason: undefined });
    if (before !== undefined && !allowDifferentAccount) {
      return refuse({
        outcome: unknownAccount,
        reason: `the account could not be compared with the one before: ${accountFailure}`,
      });
    }
    return ok({
      // The account may have changed, so the next link must not be compared with the earlier one.
      keeps: undefined,
      reason: `linked, but the account could not be read: ${accountFailure}`,
    });
  }
  if (before === undefined || before === account) return ok({ keeps: account, reason: undefined });
  return allowDifferentAccount
    ? ok({ keeps: account, reason: 'linked to a different account at the platform than before' })
    : refuse({
        outcome: differentAccount,
        reason: 'a different account than before was chosen at the platform',
      });
}
