import { sourceTypes } from '../domain/source-type.ts';
import { connectionStatuses } from '../domain/status.ts';

/** The type of a property's value. A list holds the values of an enum. */
export type PropertyType = 'id' | 'text' | 'instant' | 'boolean' | readonly string[];

/** The properties that a query may name, spelled as in the Codat platform API. */
export type Properties<Property extends string> = Readonly<Record<Property, PropertyType>>;

// Values that are made for each response and not stored (`redirect`, `linkUrl`) cannot be queried.

const company = {
  id: 'id',
  name: 'text',
  description: 'text',
  lastSync: 'instant',
  created: 'instant',
} as const satisfies Properties<string>;

/** The properties of a connection that a query may name. */
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

/** The properties of an integration that a query may name. */
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

/** The properties of a company that a query may name. */
export const companyProperties: Properties<CompanyProperty | ConnectionsProperty> = {
  ...company,
  ...(Object.fromEntries(
    Object.entries(connectionProperties).map(([name, type]) => [`dataConnections.${name}`, type]),
  ) as Properties<ConnectionsProperty>),
};
