import type { Company } from '../../domain/company.ts';
import type { Connection } from '../../domain/connection.ts';
import type { Instant } from '../../domain/instant.ts';
import { notFound, type InvalidInput, type NotFound } from '../../domain/refusal.ts';
import { ok, refuse, type Result } from '../../domain/result.ts';
import type { StoreReader } from '../../store/store.ts';
import type { Vault } from '../../vault/vault.ts';
import { newLinkCode, type LinkTarget, type NewLink } from './link-code.ts';
import { checkRedirectUrl, type RedirectOptions } from '../redirect/redirects.ts';
import { subjectOf } from './links.ts';

/** A link, with the company and the connection that it leads to. */
export interface CreatedLink extends NewLink {
  readonly company: Company;
  readonly connection: Connection | undefined;
}

/** The services that creating a link needs. */
interface LinkMaking {
  readonly store: StoreReader;
  readonly vault: Vault;
  readonly redirects: RedirectOptions;
}

/** Makes a link for a company, or for one of its connections. */
export async function createLink(
  { store, vault, redirects }: LinkMaking,
  target: LinkTarget,
  now: Instant,
): Promise<Result<CreatedLink, NotFound | InvalidInput>> {
  const { companyId, connectionId, redirectUrl } = target;
  if (redirectUrl != null) {
    const checked = checkRedirectUrl(redirects, redirectUrl);
    if (!checked.ok) return checked;
  }
  const [company] = await store.companies.byIds([companyId]);
  if (company === undefined) return refuse(notFound('company', 'companyId'));
  const subject = await subjectOf(store, { companyId, connectionId: connectionId ?? undefined });
  if (subject === undefined) return refuse(notFound('connection', 'connectionId'));
  return ok({ ...newLinkCode(vault, target, now), ...subject });
}
