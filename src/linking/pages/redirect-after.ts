import type { EndedAuthorization } from '../flow/repeated-answer.ts';
import { redirectTarget } from '../redirect/redirects.ts';
import type { LinkPageServices } from '../services.ts';

/** Returns the URL to redirect a user to after an authorization; `undefined` for the gateway's own page. */
export async function redirectAfter(
  { store, redirects }: LinkPageServices,
  { authorization, outcome }: EndedAuthorization,
): Promise<string | undefined> {
  const { companyId, connectionId, redirectUrl, parameters } = authorization;
  if (redirectUrl === null && redirects.template === undefined) return undefined;
  const [connection] = await store.connections.byIds([connectionId]);
  const [integration] = connection
    ? await store.integrations.byIds([connection.integrationId])
    : [];
  const values = {
    companyId,
    connectionId,
    integrationId: connection?.integrationId ?? '',
    sourceId: connection?.sourceId ?? '',
    platform: integration?.key ?? '',
    platformName: integration?.name ?? '',
    sourceType: connection?.sourceType ?? '',
    statusCode: String(outcome.statusCode),
    statusText: outcome.statusText ?? '',
    errorMessage: outcome.message ?? '',
  };
  return redirectTarget(redirects, redirectUrl, values, parameters);
}
