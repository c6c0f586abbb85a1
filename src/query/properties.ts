import { sourceTypes } from '../domain/source-type.ts';
import { connectionStatuses } from '../domain/status.ts';

/** What a property holds; a list says which values an enum has. */
export type PropertyType = 'id' | 'text' | 'instant' | 'boolean' | readonly string[];

/** The properties that a query may name, spelled as in the Codat platform API. */
export type Properties<Property extends string> = Readonly<Record<Property, PropertyType>>;

// What is made for each answer and not kept (`redirect`, `linkUrl`) cannot be asked for.

const company = {
  id: 'id',
  name: 'text',
  description: 'text',
  lastSync: 'instant',
  created: 'instant',
} as const satisfies Properties<string>;

/** What can be asked of a connection. */
export const connectionProperties = {
  id: 'id',
  integrationId: 'id',
  integrationKey: 'text',
  sourceId: 'id',
  sourceType: sourceTypes,
  platformName: 'text',
  status: connectionStatuses,
  lastSync: 'instant',
  created: 'instant',
} as const satisfies Properties<string>;

/** What can be asked of an integration. */
export const integrationProperties = {
  integrationId: 'id',
  key: 'text',
  name: 'text',
  sourceId: 'id',
  sourceType: sourceTypes,
  enabled: 'boolean',
} as const satisfies Properties<string>;

/** A property of a company itself. */
export type CompanyProperty = keyof typeof company;
/** A property of a connection. */
export type ConnectionProperty = keyof typeof connectionProperties;
/** A property of an integration. */
export type IntegrationProperty = keyof typeof integrationProperties;
/** A property of a company's connections. */
export type ConnectionsProperty = `dataConnections.${ConnectionProperty}`;

/** What can be asked of a company. */
export const companyProperties: Properties<CompanyProperty | ConnectionsProperty> = {
  ...company,
  ...(Object.fromEntries(
    Object.entries(connectionProperties).map(([name, type]) => [`dataConnections.${name}`, type]),
  ) as Properties<ConnectionsProperty>),
};
