/** A row of a company. */
export interface CompanyRow {
  readonly id: string;
  readonly name: string;
  readonly created: number | Date;
}

/** A row of a connection, with the name of its integration. */
export interface ConnectionRow {
  readonly id: string;
  readonly companyId: string;
  readonly platformName: string;
  readonly sourceType: string;
  readonly status: string;
  readonly lastSync: number | Date | null;
  readonly created: number | Date;
}

/** The reads that the queries need. */
export interface Reader {
  company(id: string): CompanyRow | undefined;
  /** Returns the oldest companies. */
  companies(limit: number): CompanyRow[];
  /** Returns the connections of several companies with one statement, each company's oldest first. */
  connectionsByCompanyIds(ids: readonly string[]): ConnectionRow[];
}
