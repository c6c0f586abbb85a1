import type { CompanyId, ConnectionId } from '../../domain/id.ts';

/** The URLs at which a company's people authorize access. */
export interface LinkUrls {
  /**
   * The page where a company's people choose a platform. Needs the code of a link to be usable, and the redirect URL of
   * the link, if it has one.
   */
  ofCompany(id: CompanyId, code: string | undefined, redirectUrl?: string | null): string;
  /** The page that starts the authorization of one connection. `code` and `redirectUrl` are those of a link. */
  ofConnection(
    companyId: CompanyId,
    id: ConnectionId,
    code: string | undefined,
    redirectUrl?: string | null,
  ): string;
}

/** Returns the URLs of a gateway that browsers reach at `base`. */
export function linkUrls(base: string): LinkUrls {
  return {
    ofCompany: (id, ...link) => withLink(`${base}/link/companies/${id}`, ...link),
    ofConnection: (companyId, id, ...link) =>
      withLink(`${base}/link/companies/${companyId}/connections/${id}/start`, ...link),
  };
}

function withLink(
  page: string,
  code: string | undefined,
  redirectUrl: string | null = null,
): string {
  if (code === undefined) return page;
  const redirect = redirectUrl === null ? '' : `&redirectUrl=${encodeURIComponent(redirectUrl)}`;
  return `${page}?code=${code}${redirect}`;
}
