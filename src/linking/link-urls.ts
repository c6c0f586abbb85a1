import type { CompanyId, ConnectionId } from '../domain/id.ts';

/** Where a company's people go to authorize access. */
export interface LinkUrls {
  /** The page where a company's people choose a platform, by the code of a link. */
  ofCompany(id: CompanyId, code: string): string;
  /** The start of the authorization of one connection, by the code of a link. */
  ofConnection(companyId: CompanyId, id: ConnectionId, code: string): string;
}

/** The URLs of a gateway that browsers reach at `base`. */
export function linkUrls(base: string): LinkUrls {
  return {
    ofCompany: (id, code) => `${base}/link/companies/${id}?code=${code}`,
    ofConnection: (companyId, id, code) =>
      `${base}/link/companies/${companyId}/connections/${id}/start?code=${code}`,
  };
}
