import type { CompanyId, ConnectionId } from '../../domain/id.ts';

/** The URLs at which a company's people authorize access. */
export interface LinkUrls {
  /** The page where a company's people choose a platform. Needs the code of a link to be usable. */
  ofCompany(id: CompanyId, code: string | undefined): string;
  /** The page that starts the authorization of one connection. `code` is the code of a link. */
  ofConnection(companyId: CompanyId, id: ConnectionId, code: string | undefined): string;
}

/** Returns the URLs of a gateway that browsers reach at `base`. */
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
