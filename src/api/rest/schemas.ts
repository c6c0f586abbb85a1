import { z } from '@hono/zod-openapi';
import { companyLimits } from '../../domain/company.ts';
import { sourceTypes } from '../../domain/source-type.ts';
import { connectionStatuses } from '../../domain/status.ts';

// What is answered. Optional properties are left out where there is nothing to say, and never null: clients of this API
// take no null.

const uuid = (description: string) => z.string().openapi({ format: 'uuid', description });
const moment = (description: string) => z.string().openapi({ format: 'date-time', description });
const url = (description: string) => z.string().openapi({ format: 'uri', description });

const sourceType = z
  .enum(sourceTypes)
  .openapi('SourceType', { description: 'What kind of source is read from.' });

/** The statuses that a connection can have. */
const connectionStatus = z.enum(connectionStatuses).openapi('DataConnectionStatus', {
  description:
    'Whether the company has yet to authorize access, data can be read, you gave the access up, or it was taken back.',
});

/** One company's connection to one integration. */
export const connectionSchema = z
  .object({
    id: uuid('Names the connection.'),
    integrationId: uuid('Names the integration.'),
    integrationKey: z.string().optional().openapi({
      description: "The integration's key; absent if it came with an import that had none.",
      example: 'gbol',
    }),
    sourceId: uuid('Names the information source, such as which bank.'),
    sourceType,
    platformName: z.string().openapi({ description: "The integration's name." }),
    linkUrl: url(
      "Where the company's people authorize access. New in each answer; one browser can use it, once, within 24 hours.",
    ),
    status: connectionStatus,
    lastSync: moment('When data was last read through it, if ever.').optional(),
    created: moment('When it was created.'),
  })
  .openapi('Connection');

const tags = z.record(z.string(), z.string()).openapi('Tags', {
  description: `Your own data about a company, by key: at most ${companyLimits.tags}, keys of at most ${companyLimits.tagKey} characters, values of at most ${companyLimits.tagValue}.`,
  example: { region: 'north' },
});

/** A business that shares its data. */
export const companySchema = z
  .object({
    id: uuid('Names the company.'),
    name: z.string().openapi({ description: 'The name of the business.' }),
    description: z.string().optional().openapi({ description: 'What you noted about it.' }),
    redirect: url(
      "Where the company's people choose a platform and link it. New in each answer; one browser can use it, once, within 24 hours.",
    ),
    lastSync: moment('When data was last read through any of its connections.').optional(),
    created: moment('When it was created.'),
    tags,
    dataConnections: z
      .array(connectionSchema)
      .openapi({ description: 'Its connections, oldest first.' }),
  })
  .openapi('Company');

const wanted = {
  name: z.string('must be a string').openapi({
    minLength: 1,
    maxLength: companyLimits.name,
    description:
      "The name of the business. Characters other than letters of any language, digits, spaces and -'&@.,?! are removed.",
  }),
  description: z.string('must be a string').nullish().openapi({
    maxLength: companyLimits.description,
    description: 'What you note about it.',
  }),
  tags: z
    .record(z.string(), z.string('must be a string'), 'must be an object')
    .nullish()
    .openapi({ maxProperties: companyLimits.tags, description: 'Its tags.' }),
};

/** A company that is to be created, or to take the place of what is known of one. */
export const companyRequest = z.object(wanted, 'must be an object').openapi('CompanyRequestBody');

/** What is to be changed of a company; what is absent or null stays as it is. */
export const companyUpdate = z
  .object({ ...wanted, name: wanted.name.nullish() }, 'must be an object')
  .openapi('CompanyUpdateRequest');

const image = z
  .object({
    image: z.object({
      src: url('The picture, as a data URL.'),
      alt: z.string().openapi({ description: 'What it shows, in words.' }),
    }),
  })
  .openapi('BrandingImage');

/** How an integration is shown. */
export const brandingSchema = z
  .object({
    logo: z.object({ full: image, square: image }),
    sourceId: uuid('Names the information source behind it.'),
  })
  .openapi('Branding');

/** A data source that connections can be made to. */
export const integrationSchema = z
  .object({
    key: z.string().openapi({ description: 'Its key.', example: 'gbol' }),
    logoUrl: url(
      "A picture for lists: its first letter, since platforms' logos are trademarks of their own.",
    ),
    name: z.string().openapi({ description: 'The name of the platform.' }),
    enabled: z.boolean().openapi({ description: "Whether a company's people can link it now." }),
    sourceId: uuid('Names the information source behind it.'),
    sourceType,
    integrationId: uuid('Names the integration.'),
  })
  .openapi('Integration');

/** A key by which a program shows who it is. */
export const apiKeySchema = z
  .object({
    id: uuid('Names the API key.'),
    name: z.string().openapi({ description: 'What it is for.' }),
    apiKey: z.string().optional().openapi({
      description: 'The key itself, in the answer that creates it and never again.',
    }),
    createdDate: moment('When it was created.'),
  })
  .openapi('ApiKeyDetails');

/** All API keys that were not deleted. */
export const apiKeysSchema = z.object({ results: z.array(apiKeySchema) }).openapi('ApiKeys');
