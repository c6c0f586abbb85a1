import type { AuthorizationOutcome } from '../../store/authorizations.ts';

/** The outcome of an authorization whose connection, or its company, was deleted. */
export const deletedMeanwhile: AuthorizationOutcome = {
  statusCode: 404,
  message: 'The connection was deleted in the meantime.',
};

/** The outcome of an authorization whose company got another active connection that rules this one out. */
export const rivalIsActive: AuthorizationOutcome = {
  statusCode: 409,
  message: 'Another connection of this kind is active. Disconnect it first.',
};

/** The outcome of an authorization with another account at the platform than before. */
export const differentAccount: AuthorizationOutcome = {
  statusCode: 409,
  message: 'You chose a different account than the one that was connected before.',
};

/** The outcome of an authorization whose account must be compared with the one before, and cannot be learned. */
export const unknownAccount: AuthorizationOutcome = {
  statusCode: 503,
  message:
    'We could not check that you chose the same account as before. Please try again in a few minutes.',
};
