import { companyRecord, connectionRecord, type CompanyRecordInput } from './records.ts';

/** Makes the records of many companies, each with one Linked accounting connection. */
export function manyCompanies(number: number): CompanyRecordInput[] {
  return Array.from({ length: number }, (_, index) =>
    companyRecord({ name: `Company ${index}`, dataConnections: [connectionRecord()] }),
  );
}
