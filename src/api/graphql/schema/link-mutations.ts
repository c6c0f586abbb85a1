import type { Connection } from '../../../domain/connection.ts';
import { credentialLimits } from '../../../domain/credentials.ts';
import type { CompanyId, ConnectionId } from '../../../domain/id.ts';
import { authorizeConnection } from '../../../linking/flow/authorize-connection.ts';
import { createLink, type CreatedLink } from '../../../linking/flow/create-link.ts';
import { builder } from './builder.ts';
import { CompanyType } from './company.ts';
import { ConnectionType } from './connection.ts';
import { unrepeatable } from './faults.ts';
import { ActiveConnectionExistsError, parseIds, resultType, toResult } from './refusals.ts';

const CreateLinkInput = builder.inputType('CreateLinkInput', {
  description: 'What the link is to permit.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company.' }),
    connectionId: t.id({
      description:
        "The UUID of the connection that is to be authorized; if absent, the company's people choose a platform.",
    }),
    allowDifferentAccount: t.boolean({
      defaultValue: false,
      description:
        'Whether a connection that was linked before may be linked to another account at the platform than then.',
    }),
  }),
});

interface LinkPayload extends CreatedLink {
  readonly url: string;
}

const CreateLinkPayload = builder.objectRef<LinkPayload>('CreateLinkPayload').implement({
  description: 'The link that was created.',
  fields: (t) => ({
    url: t.exposeString('url', {
      description:
        "Where the company's people link. One browser can use it, once; whoever has it can link on the company's behalf.",
    }),
    expires: t.expose('expires', {
      type: 'DateTime',
      description: 'Until when it can be used: 24 hours after it was created.',
    }),
    company: t.expose('company', { type: CompanyType, description: 'The company.' }),
    connection: t.expose('connection', {
      type: ConnectionType,
      nullable: true,
      description: "The connection that is to be authorized; null if the company's people choose.",
    }),
  }),
});

builder.mutationField('createLink', (t) =>
  t.field({
    type: resultType('CreateLink', CreateLinkPayload, ['NotFound', 'InvalidInput']),
    description:
      "Creates a link at which a company's people choose a platform, or authorize a connection. Says more than the fields `linkUrl` can.",
    args: {
      input: t.arg({
        type: CreateLinkInput,
        required: true,
        description: 'What the link is to permit.',
      }),
    },
    resolve: async (_, { input }, context) => {
      if (context.answerIsKept) throw unrepeatable('createLink');
      const { companyId, connectionId, allowDifferentAccount } = input;
      const ofCompany = parseIds<{ companyId: CompanyId }>({ companyId });
      if (!ofCompany.ok) return ofCompany.error;
      const ofConnection =
        connectionId == null
          ? undefined
          : parseIds<{ connectionId: ConnectionId }>({ connectionId });
      if (ofConnection?.ok === false) return ofConnection.error;
      const target = {
        companyId: ofCompany.value.companyId,
        connectionId: ofConnection?.value.connectionId ?? null,
        allowDifferentAccount: allowDifferentAccount ?? false,
      };
      const result = await context.change((session, { at }) =>
        createLink({ store: session, vault: context.vault }, target, at),
      );
      return toResult(result, (link): LinkPayload => {
        const { company, connection, code } = link;
        const url = connection
          ? context.links.ofConnection(company.id, connection.id, code)
          : context.links.ofCompany(company.id, code);
        return { ...link, url };
      });
    },
  }),
);

const CredentialFieldInput = builder.inputType('CredentialFieldInput', {
  description: 'Something else that the platform needs to be told with each request.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'Its name: 1 to 50 letters, digits, dots, dashes or underscores.',
    }),
    value: t.string({
      required: true,
      description: `Its value, at most ${credentialLimits.fieldValue} characters.`,
    }),
  }),
});

const CredentialsInput = builder.inputType('CredentialsInput', {
  description: 'What the platform gave to whom the company authorized. It is never shown again.',
  fields: (t) => ({
    accessToken: t.string({
      required: true,
      description: `The access token: at most ${credentialLimits.token} visible ASCII characters.`,
    }),
    refreshToken: t.string({
      description:
        'The token by which the credentials are renewed. Without it the connection is DEAUTHORIZED when they expire.',
    }),
    expires: t.field({
      type: 'DateTime',
      description: 'When the access token expires; never, or nobody knows, if absent.',
    }),
    accountId: t.string({
      description:
        "What the platform calls the company's account, such as a tenant, realm or subject: 1 to 255 printable ASCII characters. When the connection is linked again, it must be to this account.",
    }),
    fields: t.field({
      type: [CredentialFieldInput],
      description: `What else the platform needs to be told, at most ${credentialLimits.fields}.`,
    }),
  }),
});

const AuthorizeConnectionInput = builder.inputType('AuthorizeConnectionInput', {
  description: 'Which connection is to be linked, and by which credentials.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company that it is of.' }),
    connectionId: t.id({ required: true, description: 'The UUID of the connection.' }),
    credentials: t.field({
      type: CredentialsInput,
      required: true,
      description: 'What the platform gave.',
    }),
  }),
});

interface AuthorizedConnection {
  readonly connection: Connection;
}

const AuthorizeConnectionPayload = builder
  .objectRef<AuthorizedConnection>('AuthorizeConnectionPayload')
  .implement({
    description: 'The connection that was authorized.',
    fields: (t) => ({
      connection: t.expose('connection', {
        type: ConnectionType,
        description: 'The connection, which is LINKED now.',
      }),
    }),
  });

builder.mutationField('authorizeConnection', (t) =>
  t.field({
    type: resultType('AuthorizeConnection', AuthorizeConnectionPayload, [
      'NotFound',
      'ActiveConnectionExists',
      'InvalidInput',
    ]),
    description:
      'Links a connection by credentials that its company granted elsewhere, such as to the service that you move from. A LINKED connection has its credentials exchanged.',
    args: {
      input: t.arg({
        type: AuthorizeConnectionInput,
        required: true,
        description: 'Which connection is to be linked, and by which credentials.',
      }),
    },
    resolve: async (_, { input: { credentials, ...rest } }, context) => {
      const ref = parseIds<{ companyId: CompanyId; connectionId: ConnectionId }>(rest);
      if (!ref.ok) return ref.error;
      const { vault, platforms, clock } = context;
      const result = await context.change((session, cause) =>
        authorizeConnection(
          { store: session, vault, platforms, clock },
          ref.value,
          credentials,
          cause,
        ),
      );
      return toResult(result, (connection): AuthorizedConnection => ({ connection }));
    },
  }),
);

builder.objectField(ActiveConnectionExistsError, 'connection', (t) =>
  t.expose('connection', {
    type: ConnectionType,
    description: 'The connection that is active.',
  }),
);
