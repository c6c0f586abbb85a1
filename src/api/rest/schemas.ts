import { z } from '@hono/zod-openapi';
import { companyLimits } from '../../domain/company.ts';
import { sourceTypes } from '../../domain/source-type.ts';
import { connectionStatuses } from '../../domain/status.ts';
import { textMembers } from '../../domain/members.ts';

// In responses, optional properties without a value are absent and never null: clients of this API do not accept null.

const uuid = (description: string) => z.string().openapi({ format: 'uuid', description });
const moment = (description: string) => z.string().openapi({ format: 'date-time', description });
const url = (description: string) =>
  z.string().openapi({ format: 'uri', pattern: '^https?://', description });

const sourceType = z
  .enum(sourceTypes)
  .openapi('SourceType', { description: 'Type of source that data is read from.' });

/** The statuses that a connection can have. */
const connectionStatus = z.enum(connectionStatuses).openapi('DataConnectionStatus', {
  description:
    'Status of the connection. `PendingAuth`: the company has not authorized access yet. `Linked`: data can be read. `Unlinked`: you unlinked the connection. `Deauthorized`: the company revoked the access, or it expired.',
});

/** Connection of one company to one integration. */
export const connectionSchema = z
  .object({
    id: uuid('UUID of the connection.'),
    integrationId: uuid('UUID of the integration.'),
    integrationKey: z.string().optional().openapi({
      description:
        'Key of the integration. Absent if an import created the integration without a key.',
      example: 'gbol',
    }),
    sourceId: uuid('UUID of the information source, such as a bank.'),
    sourceType,
    platformName: z.string().openapi({ description: 'Name of the integration.' }),
    linkUrl: url(
      'URL where people of the company authorize access. Each response has a new URL. One browser can use it, once, within 24 hours.',
    ),
    status: connectionStatus,
    lastSync: moment(
      'Time when data was last read through the connection. Absent if never.',
    ).optional(),
    created: moment('Time when the connection was created.'),
  })
  .openapi('Connection');

const tags = z.record(z.string(), z.string()).openapi('Tags', {
  description: `Your own data about a company, by key. At most ${companyLimits.tags} tags. Keys have at most ${companyLimits.tagKey} characters, values at most ${companyLimits.tagValue}.`,
  example: { region: 'north' },
});

/** A business that shares its data. */
export const companySchema = z
  .object({
    id: uuid('UUID of the company.'),
    name: z.string().openapi({ description: 'Name of the business.' }),
    description: z
      .string()
      .optional()
      .openapi({ description: 'Your notes about the company. Absent if there are none.' }),
    redirect: url(
      'URL where people of the company choose a platform and link it. Each response has a new URL. One browser can use it, once, within 24 hours.',
    ),
    lastSync: moment(
      'Time when data was last read through any connection of the company. Absent if never.',
    ).optional(),
    created: moment('Time when the company was created.'),
    tags,
    dataConnections: z
      .array(connectionSchema)
      .openapi({ description: 'Connections of the company, oldest first.' }),
  })
  .openapi('Company');

const wanted = {
  name: z.string('must be a string').openapi({
    minLength: 1,
    maxLength: companyLimits.name,
    description:
      "Name of the business. Characters other than letters of any language, digits, spaces and -'&@.,?!, also in their typographic forms, are removed.",
  }),
  description: z.string('must be a string').nullish().openapi({
    maxLength: companyLimits.description,
    description: 'Your notes about the company.',
  }),
  tags: textMembers({ object: 'must be an object', member: 'must be a string' })
    .openapi({ type: ['object', 'null'], additionalProperties: { type: 'string' } })
    .nullish()
    .openapi({ maxProperties: companyLimits.tags, description: 'Tags of the company.' }),
};

/** Body of a request that creates or replaces a company. */
export const companyRequest = z.object(wanted, 'must be an object').openapi('CompanyRequestBody');

/** Body of a request that updates a company. Absent and null properties stay unchanged. */
export const companyUpdate = z
  .object({ ...wanted, name: wanted.name.nullish() }, 'must be an object')
  .openapi('CompanyUpdateRequest');

const image = z
  .object({
    image: z.object({
      src: url('URL of the image, as SVG. Needs no API key.'),
      alt: z.string().openapi({ description: 'Alternative text of the image.' }),
    }),
  })
  .openapi('BrandingImage');

/** Branding of an integration. */
export const brandingSchema = z
  .object({
    logo: z.object({ full: image, square: image }),
    sourceId: uuid('UUID of the information source of the integration.'),
  })
  .openapi('Branding');

/** A data source that connections can be made to. */
export const integrationSchema = z
  .object({
    key: z.string().openapi({ description: 'Key of the integration.', example: 'gbol' }),
    logoUrl: url(
      'URL of a square image for lists, as SVG. Needs no API key. It shows the first letter of the name, because logos of platforms are trademarks.',
    ),
    name: z.string().openapi({ description: 'Name of the platform.' }),
    enabled: z
      .boolean()
      .openapi({ description: 'Whether people of a company can link the integration now.' }),
    sourceId: uuid('UUID of the information source of the integration.'),
    sourceType,
    integrationId: uuid('UUID of the integration.'),
  })
  .openapi('Integration');

/** API key, which identifies a program to the gateway. */
export const apiKeySchema = z
  .object({
    id: uuid('UUID of the API key.'),
    name: z.string().openapi({ description: 'Name of the API key, such as what it is used for.' }),
    apiKey: z.string().optional().openapi({
      description: 'The key itself. Returned only in the response that creates it.',
    }),
    createdDate: moment('Time when the API key was created.'),
  })
  .openapi('ApiKeyDetails');

/** All API keys that were not deleted. */
export const apiKeysSchema = z.object({ results: z.array(apiKeySchema) }).openapi('ApiKeys');
