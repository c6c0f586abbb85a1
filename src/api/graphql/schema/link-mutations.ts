import type { Connection } from '../../../domain/connection.ts';
import { credentialLimits } from '../../../domain/credentials.ts';
import type { CompanyId, ConnectionId } from '../../../domain/id.ts';
import { authorizeConnection } from '../../../linking/flow/authorize-connection.ts';
import { createLink, type CreatedLink } from '../../../linking/flow/create-link.ts';
import { redirectLimits } from '../../../linking/redirect/template.ts';
import { builder } from './builder.ts';
import { CompanyType } from './company.ts';
import { ConnectionType } from './connection.ts';
import { unrepeatable } from './faults.ts';
import { ActiveConnectionExistsError, parseIds, resultType, toResult } from './refusals.ts';

const CreateLinkInput = builder.inputType('CreateLinkInput', {
  description: 'The link to create.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company.' }),
    connectionId: t.id({
      description:
        'UUID of the connection to authorize. If absent, people of the company choose a platform.',
    }),
    allowDifferentAccount: t.boolean({
      defaultValue: false,
      description:
        'Whether a connection that was linked before can be linked to a different account at the platform.',
    }),
    redirectUrl: t.string({
      description: `URL to which people of the company are sent after linking by this link, instead of \`LINK_REDIRECT_URL\`. At most ${redirectLimits.length} characters. It can contain the same placeholders, and must be under one of the URLs in \`ALLOWED_REDIRECTS\`.`,
    }),
  }),
});

interface LinkPayload extends CreatedLink {
  readonly url: string;
}

const CreateLinkPayload = builder.objectRef<LinkPayload>('CreateLinkPayload').implement({
  description: 'The created link.',
  fields: (t) => ({
    url: t.exposeString('url', {
      description:
        'URL where people of the company link. One browser can use it, once. Anyone who has the URL can link on behalf of the company.',
    }),
    expires: t.expose('expires', {
      type: 'DateTime',
      description: 'Time when the link expires, 24 hours after it was created.',
    }),
    company: t.expose('company', { type: CompanyType, description: 'Company of the link.' }),
    connection: t.expose('connection', {
      type: ConnectionType,
      nullable: true,
      description: 'Connection to authorize. Null if people of the company choose a platform.',
    }),
  }),
});

builder.mutationField('createLink', (t) =>
  t.field({
    type: resultType('CreateLink', CreateLinkPayload, ['NotFound', 'InvalidInput']),
    description:
      'Creates a link where people of a company choose a platform or authorize a connection. Unlike the fields `linkUrl`, it returns the expiry time, and can allow a different account and set a redirect URL. Cannot be sent with an `Idempotency-Key`.',
    args: {
      input: t.arg({
        type: CreateLinkInput,
        required: true,
        description: 'The link to create.',
      }),
    },
    resolve: async (_, { input }, context) => {
      if (context.answerIsKept) throw unrepeatable('createLink');
      const { companyId, connectionId, allowDifferentAccount, redirectUrl = null } = input;
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
        redirectUrl,
      };
      const { vault, redirects } = context;
      const result = await context.change((session, { at }) =>
        createLink({ store: session, vault, redirects }, target, at),
      );
      return toResult(result, (link): LinkPayload => {
        const { company, connection, code } = link;
        const url = connection
          ? context.links.ofConnection(company.id, connection.id, code, redirectUrl)
          : context.links.ofCompany(company.id, code, redirectUrl);
        return { ...link, url };
      });
    },
  }),
);

const CredentialFieldInput = builder.inputType('CredentialFieldInput', {
  description: 'Additional value that the platform needs with each request.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'Name of the value. 1 to 50 letters, digits, dots, dashes or underscores.',
    }),
    value: t.string({
      required: true,
      description: `The value. At most ${credentialLimits.fieldValue} characters.`,
    }),
  }),
});

const CredentialsInput = builder.inputType('CredentialsInput', {
  description:
    'Credentials that the platform issued when the company authorized access. They are never shown again.',
  fields: (t) => ({
    accessToken: t.string({
      required: true,
      description: `Access token. At most ${credentialLimits.token} visible ASCII characters.`,
    }),
    refreshToken: t.string({
      description: `Refresh token to renew the credentials with. At most ${credentialLimits.token} visible ASCII characters. Without it, the connection becomes DEAUTHORIZED when the credentials expire.`,
    }),
    expires: t.field({
      type: 'DateTime',
      description:
        'Time when the access token expires. If absent, it never expires or the time is unknown.',
    }),
    accountId: t.string({
      description:
        'Identifier of the account of the company at the platform, such as a tenant, realm or subject. 1 to 255 printable ASCII characters. When people of the company link the connection again, they must use this account, unless `createLink` allows a different one.',
    }),
    fields: t.field({
      type: [CredentialFieldInput],
      description: `Additional values that the platform needs. At most ${credentialLimits.fields}. Each name must be unique.`,
    }),
  }),
});

const AuthorizeConnectionInput = builder.inputType('AuthorizeConnectionInput', {
  description: 'The connection to link, and its credentials.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company of the connection.' }),
    connectionId: t.id({ required: true, description: 'UUID of the connection.' }),
    credentials: t.field({
      type: CredentialsInput,
      required: true,
      description: 'Credentials that the platform issued.',
    }),
  }),
});

interface AuthorizedConnection {
  readonly connection: Connection;
}

const AuthorizeConnectionPayload = builder
  .objectRef<AuthorizedConnection>('AuthorizeConnectionPayload')
  .implement({
    description: 'The authorized connection.',
    fields: (t) => ({
      connection: t.expose('connection', {
        type: ConnectionType,
        description: 'The authorized connection. Its status is LINKED.',
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
      'Links a connection with existing credentials, such as those from a service that you migrate from. If the connection is LINKED, the new credentials replace its current ones.',
    args: {
      input: t.arg({
        type: AuthorizeConnectionInput,
        required: true,
        description: 'The connection to link, and its credentials.',
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
    description: 'The other connection, which is active.',
  }),
);
