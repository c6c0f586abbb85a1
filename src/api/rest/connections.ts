import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Connection } from '../../domain/connection.ts';
import { ok, type Result } from '../../domain/result.ts';
import { authorizeConnection } from '../../linking/flow/authorize-connection.ts';
import { subjectOf } from '../../linking/flow/links.ts';
import {
  createConnection,
  deleteConnection,
  unlinkConnection,
} from '../../operations/connections.ts';
import { connectionOrders, parseOrder } from '../../query/order.ts';
import { parseQuery } from '../../query/parse.ts';
import { connectionProperties } from '../../query/properties.ts';
import type { Session } from '../../store/store.ts';
import {
  connectionDraft,
  connectionDrafts,
  linkConnection,
  type ConnectionDraft,
} from './answers.ts';
import { change } from './change.ts';
import { jsonAnswer, jsonRequest } from './content.ts';
import { endpointsOf } from './endpoint.ts';
import { inOurWords, notFound, valueOf, type Refusal } from './faults.ts';
import { credentialsIn, givenTokens, tokenNameOf } from './given-tokens.ts';
import { pageAnswer, pageOf, pageQuery, sliceOf } from './paging.ts';
import { companyIdIn, companyPath, connectionPath, connectionRefIn } from './path-ids.ts';
import { connectionSchema } from './schemas.ts';
import type { ApiServices } from '../services.ts';
import type { RestEnv } from './request.ts';

const tags = ['Connections'];
const ofCompany = '/companies/{companyId}/connections';
const ofConnection = `${ofCompany}/{connectionId}` as const;
const connection = jsonAnswer('The connection.', connectionSchema);

const newConnection = z.object(
  {
    platformKey: z
      .string('must be a string')
      .openapi({ description: 'Key of an integration in the catalogue.', example: 'gbol' }),
  },
  'must be an object',
);

const statusChange = z
  .object(
    {
      status: z
        .literal('Unlinked', 'must be Unlinked: no other status can be requested')
        .openapi({ description: 'New status. Only `Unlinked` can be requested.' }),
    },
    'must be an object',
  )
  .openapi('UpdateConnectionStatus');

/** Adds the endpoints for connections. */
export function addConnections(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  addReading(app, services);
  addCreating(app, services);
  addChanging(app, services);
}

function addReading(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: ofCompany,
      operationId: 'list-connections',
      tags,
      summary: 'List connections',
      request: { params: companyPath, query: pageQuery },
      responses: {
        200: jsonAnswer('A page of connections.', pageOf('Connections', connectionSchema)),
      },
    }),
    async (c) => {
      const session = c.get('session');
      const companyId = companyIdIn(c.req.valid('param'));
      const asked = c.req.valid('query');
      const condition = valueOf(parseQuery(asked.query ?? '', connectionProperties));
      const order = valueOf(parseOrder(asked.orderBy || 'created', connectionOrders));
      if ((await subjectOf(session, { companyId })) === undefined) throw notFound('company');
      const { total, records } = await session.connections.matching(
        companyId,
        condition,
        order,
        sliceOf(asked),
      );
      const { scope } = c.env.info.caller;
      const drafts = await connectionDrafts(session, records);
      const results = drafts.map((draft) => linkConnection(services, draft, scope));
      const path = `/companies/${companyId}/connections`;
      return c.json(pageAnswer(path, asked, { results, total }), 200);
    },
  );
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: ofConnection,
      operationId: 'get-connection',
      tags,
      summary: 'Get connection',
      request: { params: connectionPath },
      responses: { 200: connection },
    }),
    async (c) => {
      const session = c.get('session');
      const subject = await subjectOf(session, connectionRefIn(c.req.valid('param')));
      if (subject?.connection === undefined) throw notFound('connection');
      const draft = await connectionDraft(session, subject.connection);
      return c.json(linkConnection(services, draft, c.env.info.caller.scope), 200);
    },
  );
}

function addCreating(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('write', {
      method: 'post',
      path: ofCompany,
      operationId: 'create-connection',
      tags,
      summary: 'Create connection',
      description:
        'Creates a connection of a company. It is `PendingAuth` until the company authorizes it.',
      request: { params: companyPath, body: jsonRequest(newConnection) },
      responses: { 200: connection },
    }),
    async (c) => {
      const companyId = companyIdIn(c.req.valid('param'));
      const { platformKey } = c.req.valid('json');
      const created = await change(c, async (session, cause) => {
        const input = { companyId, integrationKey: platformKey };
        const { connectionsPerCompany } = services.limits;
        const result = await createConnection(session, input, connectionsPerCompany, cause);
        return drafted(
          session,
          inOurWords(result, () => 'platformKey'),
        );
      });
      return c.json(linkConnection(services, created), 200);
    },
  );
}

function addChanging(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('write', {
      method: 'patch',
      path: ofConnection,
      operationId: 'unlink-connection',
      tags,
      summary: 'Unlink connection',
      description:
        'Unlinks a Linked connection and ends the access. Data that was read stays readable.',
      request: { params: connectionPath, body: jsonRequest(statusChange) },
      responses: { 200: connection },
    }),
    async (c) => {
      const ref = connectionRefIn(c.req.valid('param'));
      const unlinked = await change(c, async (session, cause) =>
        drafted(session, await unlinkConnection(session, ref, cause)),
      );
      return c.json(linkConnection(services, unlinked), 200);
    },
  );
  app.openapi(
    endpoint('write', {
      method: 'put',
      path: `${ofConnection}/authorization`,
      operationId: 'update-connection-authorization',
      tags,
      summary: 'Update authorization',
      description:
        'Links a connection with existing tokens, such as those from a service that you migrate from.',
      request: { params: connectionPath, body: jsonRequest(givenTokens) },
      responses: { 200: connection },
    }),
    async (c) => {
      const ref = connectionRefIn(c.req.valid('param'));
      const tokens = c.req.valid('json');
      const { vault, platforms, clock } = services;
      const linked = await change(c, async (session, cause) => {
        const given = credentialsIn(tokens, cause.at);
        if (!given.ok) return given;
        const parts = { store: session, vault, platforms, clock };
        const result = await authorizeConnection(parts, ref, given.value, cause);
        return drafted(
          session,
          inOurWords(result, (field) => tokenNameOf(field, tokens)),
        );
      });
      return c.json(linkConnection(services, linked), 200);
    },
  );
  app.openapi(
    endpoint('write', {
      method: 'delete',
      path: ofConnection,
      operationId: 'delete-connection',
      tags,
      summary: 'Delete connection',
      description: 'Deletes a connection permanently and ends the access.',
      request: { params: connectionPath },
      responses: { 200: { description: 'The connection was deleted.' } },
    }),
    async (c) => {
      const ref = connectionRefIn(c.req.valid('param'));
      await change(c, async (session, cause) => {
        const result = await deleteConnection(session, ref, cause);
        return result.ok ? ok(null) : result;
      });
      return c.body(null, 200);
    },
  );
}

async function drafted(
  session: Session,
  result: Result<Connection, Refusal>,
): Promise<Result<ConnectionDraft, Refusal>> {
  return result.ok ? ok(await connectionDraft(session, result.value)) : result;
}
