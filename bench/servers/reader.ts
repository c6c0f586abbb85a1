/** A company as it is stored. */
export interface CompanyRow {
  readonly id: string;
  readonly name: string;
  readonly created: number | Date;
}

/** A connection as it is stored, with the name of its integration. */
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
  /** The oldest companies. */
  companies(limit: number): CompanyRow[];
  /** The connections of some companies in one statement, each company's oldest first. */
  connectionsByCompanyIds(ids: readonly string[]): ConnectionRow[];
}
