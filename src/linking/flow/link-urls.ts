import type { CompanyId, ConnectionId } from '../../domain/id.ts';

/** Where a company's people go to authorize access. */
export interface LinkUrls {
  /** The page where a company's people choose a platform, by the code of a link; without one it leads nowhere. */
  ofCompany(id: CompanyId, code: string | undefined): string;
  /** The start of the authorization of one connection, by the code of a link. */
  ofConnection(companyId: CompanyId, id: ConnectionId, code: string | undefined): string;
}

/** The URLs of a gateway that browsers reach at `base`. */
export function linkUrls(base: string): LinkUrls {
  return {
    ofCompany: (id, code) => withCode(`${base}/link/companies/${id}`, code),
    ofConnection: (companyId, id, code) =>
      withCode(`${base}/link/companies/${companyId}/connections/${id}/start`, code),
  };
}

function withCode(page: string, code: string | undefined): string {
  return code === undefined ? page : `${page}?code=${code}`;
}
