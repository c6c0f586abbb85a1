import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Company } from '../../domain/company.ts';
import { ok, type Result } from '../../domain/result.ts';
import { createCompany, deleteCompany, updateCompany } from '../../operations/companies.ts';
import { allOf, type CompanyCondition } from '../../query/condition.ts';
import { companyOrders, parseOrder } from '../../query/order.ts';
import { parseQuery, parseTags } from '../../query/parse.ts';
import { companyProperties } from '../../query/properties.ts';
import type { Session } from '../../store/store.ts';
import {
  companyDraft,
  companyDrafts,
  linkCompanies,
  linkCompany,
  type CompanyDraft,
} from './answers.ts';
import { change } from './change.ts';
import { cleanName } from './company-name.ts';
import { jsonAnswer, jsonRequest } from './content.ts';
import { endpointsOf } from './endpoint.ts';
import { inOurWords, notFound, valueOf, type Refusal } from './faults.ts';
import { pageAnswer, pageOf, sliceOf, taggedPageQuery } from './paging.ts';
import { companyIdIn, companyPath } from './path-ids.ts';
import { companyRequest, companySchema, companyUpdate } from './schemas.ts';
import type { ApiServices } from '../services.ts';
import type { RestEnv } from './request.ts';

const tags = ['Companies'];
const company = jsonAnswer('The company.', companySchema);

/** Adds the endpoints for companies. */
export function addCompanies(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  addReading(app, services);
  addChanging(app, services);
}

function addReading(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: '/companies',
      operationId: 'list-companies',
      tags,
      summary: 'List companies',
      request: { query: taggedPageQuery },
      responses: { 200: jsonAnswer('A page of companies.', pageOf('Companies', companySchema)) },
    }),
    async (c) => {
      const session = c.get('session');
      const asked = c.req.valid('query');
      const { total, records } = await session.companies.matching(
        conditionOf(asked),
        valueOf(parseOrder(asked.orderBy || 'created', companyOrders)),
        sliceOf(asked),
      );
      const { scope } = c.env.info.caller;
      const drafts = await companyDrafts(session, records);
      const results = await linkCompanies(services, drafts, scope);
      return c.json(pageAnswer('/companies', asked, { results, total }), 200);
    },
  );
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: '/companies/{companyId}',
      operationId: 'get-company',
      tags,
      summary: 'Get company',
      request: { params: companyPath },
      responses: { 200: company },
    }),
    async (c) => {
      const session = c.get('session');
      const [found] = await session.companies.byIds([companyIdIn(c.req.valid('param'))]);
      if (found === undefined) throw notFound('company');
      return c.json(
        await linkCompany(services, await companyDraft(session, found), c.env.info.caller.scope),
        200,
      );
    },
  );
}

function addChanging(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('write', {
      method: 'post',
      path: '/companies',
      operationId: 'create-company',
      tags,
      summary: 'Create company',
      request: { body: jsonRequest(companyRequest) },
      responses: { 200: company },
    }),
    async (c) => {
      const body = c.req.valid('json');
      const created = await change(c, async (session, cause) =>
        drafted(session, body, await createCompany(session, wholeInput(body), cause)),
      );
      return c.json(await linkCompany(services, created), 200);
    },
  );
  app.openapi(
    endpoint('write', {
      method: 'put',
      path: '/companies/{companyId}',
      operationId: 'replace-company',
      tags,
      summary: 'Replace company',
      description:
        'Replaces the name, the description and the tags of a company. An absent description or absent tags are cleared. Connections do not change.',
      request: { params: companyPath, body: jsonRequest(companyRequest) },
      responses: { 200: company },
    }),
    async (c) => {
      const id = companyIdIn(c.req.valid('param'));
      const body = c.req.valid('json');
      const replaced = await change(c, async (session, cause) =>
        drafted(session, body, await updateCompany(session, id, wholeInput(body), cause)),
      );
      return c.json(await linkCompany(services, replaced), 200);
    },
  );
  app.openapi(
    endpoint('write', {
      method: 'patch',
      path: '/companies/{companyId}',
      operationId: 'update-company',
      tags,
      summary: 'Update company',
      description:
        'Updates the properties that are given. Absent and null properties stay unchanged. An empty string or object clears a property.',
      request: { params: companyPath, body: jsonRequest(companyUpdate) },
      responses: { 200: company },
    }),
    async (c) => {
      const id = companyIdIn(c.req.valid('param'));
      const body = c.req.valid('json');
      const updated = await change(c, async (session, cause) =>
        drafted(session, body, await updateCompany(session, id, partInput(body), cause)),
      );
      return c.json(await linkCompany(services, updated), 200);
    },
  );
  app.openapi(
    endpoint('write', {
      method: 'delete',
      path: '/companies/{companyId}',
      operationId: 'delete-company',
      tags,
      summary: 'Delete company',
      description: 'Deletes a company and its connections permanently.',
      request: { params: companyPath },
      responses: { 204: { description: 'The company was deleted.' } },
    }),
    async (c) => {
      const id = companyIdIn(c.req.valid('param'));
      const { connectionsPerCompany } = services.limits;
      await change(c, (session, cause) => deleteCompany(session, id, connectionsPerCompany, cause));
      return c.body(null, 204);
    },
  );
}

function conditionOf({
  query = '',
  tags: wanted = '',
}: z.output<typeof taggedPageQuery>): CompanyCondition {
  return allOf<PropertyOf<CompanyCondition>>([
    valueOf(parseQuery(query, companyProperties)),
    valueOf(parseTags(wanted)),
  ]);
}

type PropertyOf<C> = C extends { readonly kind: 'comparison'; readonly property: infer P }
  ? P
  : never;

type Body = z.output<typeof companyUpdate>;

function partInput({ name, description, tags: wanted }: Body) {
  return {
    ...(name != null && { name: cleanName(name) }),
    ...(description != null && { description }),
    ...(wanted != null && { tags: tagsInput(wanted) }),
  };
}

function wholeInput({ name, description, tags: wanted }: Body) {
  return {
    name: cleanName(name ?? ''),
    description: description ?? null,
    tags: tagsInput(wanted ?? new Map<string, string>()),
  };
}

function tagsInput(wanted: ReadonlyMap<string, string>) {
  return [...wanted].map(([key, value]) => ({ key, value }));
}

/** Reads the response for a changed company, or names the property of the body in a refusal. */
async function drafted(
  session: Session,
  body: Body,
  result: Result<Company, Refusal>,
): Promise<Result<CompanyDraft, Refusal>> {
  if (result.ok) return ok(await companyDraft(session, result.value));
  const keys = [...(body.tags?.keys() ?? [])];
  return inOurWords(result, (field) =>
    field.replace(/^tags\[(\d+)\].*$/, (_, index: string) => `tags.${keys[Number(index)] ?? ''}`),
  );
}
