import { postQuery } from '../support/gateway.ts';
import type { CompanyRecordInput } from '../support/records.ts';

/** A change that the gateway said it had made, and the id of what it changed. */
export interface Acknowledged {
  readonly change:
    | 'createCompany'
    | 'renameCompany'
    | 'createConnection'
    | 'unlinkConnection'
    | 'deleteConnection';
  readonly id: string;
}

const fields: Record<Acknowledged['change'], string> = {
  createCompany: `createCompany(input: { name: "New" }) {
    ... on CreateCompanyPayload { done: company { id } } }`,
  renameCompany: `updateCompany(input: { companyId: $companyId, name: "Renamed" }) {
    ... on UpdateCompanyPayload { done: company { id } } }`,
  createConnection: `createConnection(input: { companyId: $companyId, integrationKey: "exgd" }) {
    ... on CreateConnectionPayload { done: connection { id } } }`,
  unlinkConnection: `unlinkConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
    ... on UnlinkConnectionPayload { done: connection { id } } }`,
  deleteConnection: `deleteConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
    ... on DeleteConnectionPayload { deletedConnectionId } }`,
};

interface Result {
  done?: { id: string };
  deletedConnectionId?: string;
}

/**
 * Makes changes of companies that have one active connection each, eight at a time, each in its own order, until all
 * are made or the gateway is gone.
 */
export function startChanges(url: string, companies: readonly CompanyRecordInput[]) {
  const acknowledged: Acknowledged[] = [];
  const left = [...companies];

  const make = async (change: Acknowledged['change'], ids: Record<string, string>) => {
    const used = Object.keys(ids).filter((name) => fields[change].includes(`$${name}`));
    const declared = used.map((name) => `$${name}: ID!`).join(' ');
    const document = `mutation ${declared && `(${declared})`} { result: ${fields[change]} }`;
    const variables = Object.fromEntries(used.map((name) => [name, ids[name]]));
    const { data, errors } = await postQuery<{ result: Result }>(url, document, variables);
    if (errors.length > 0) throw new Error(`${change}: ${JSON.stringify(errors)}`);
    const { done, deletedConnectionId } = data.result;
    const id = done?.id ?? deletedConnectionId;
    if (id === undefined) throw new Error(`${change} was refused`);
    acknowledged.push({ change, id });
  };

  const work = async () => {
    for (let company = left.pop(); company !== undefined; company = left.pop()) {
      const ids = { companyId: company.id, connectionId: company.dataConnections[0]?.id ?? '' };
      await make('createCompany', ids);
      await make('renameCompany', ids);
      await make('unlinkConnection', ids);
      await make('createConnection', ids);
      if (left.length % 2 === 0) await make('deleteConnection', ids);
    }
  };

  const workers = Array.from({ length: 8 }, async () => {
    try {
      await work();
    } catch (error) {
      // The gateway was killed before it answered: the change may have been made or not.
      if (!(error instanceof TypeError)) throw error;
    }
  });
  return { acknowledged, ended: Promise.all(workers) };
}
