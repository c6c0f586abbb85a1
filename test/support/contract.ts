import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A part of an OpenAPI document. */
interface Schema {
  readonly [name: string]: unknown;
}

interface Document extends Schema {
  readonly paths: Record<string, Record<string, { responses: Record<string, ResponseObject> }>>;
}

interface ResponseObject {
  readonly content?: Record<string, { schema: Schema }>;
}

/** The parts of a response that the OpenAPI document describes. */
interface Answered {
  readonly method: string;
  /** The path after the base URL, without the query string. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** Checks responses against the OpenAPI document that the gateway serves. */
export interface Contract {
  check(answer: Answered): void;
}

/** Makes the contract of a document. A response with a property that the document does not name fails the check. */
export function contractOf(document: Document): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'doc:', ...(closed(document) as Schema) });
  return {
    check({ method, path, status, contentType, text }) {
      const template = templateOf(document, method, path);
      const operation = document.paths[template]?.[method.toLowerCase()];
      const where = `${method.toLowerCase()} ${template || path} ${status}`;
      const response = operation?.responses[status];
      if (operation && !response) throw new Error(`${where}: the document knows no such answer`);
      if (response && !response.content) {
        if (contentType === null && text === '') return;
        throw new Error(`${where}: ${contentType} ${text}, but it must be empty`);
      }
      if (contentType?.split(';')[0] !== 'application/json') {
        throw new Error(`${where}: the content type is ${contentType}`);
      }
      const pointer =
        operation === undefined
          ? '/components/schemas/ErrorMessage'
          : `/paths/${escaped(template)}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
      const validate = ajv.getSchema(`doc:#${pointer}`);
      if (!validate) throw new Error(`no schema at ${pointer}`);
      if (!validate(JSON.parse(text)))
        throw new Error(`${where}: ${ajv.errorsText(validate.errors)}`);
    },
  };
}

/** Returns the path template that matches a path, or an empty string. */
function templateOf({ paths }: Document, method: string, path: string): string {
  const asked = path.split('/');
  const matches = Object.keys(paths).filter((template) => {
    const steps = template.split('/');
    const isSame = (step: string, i: number) => step.startsWith('{') || step === asked[i];
    return steps.length === asked.length && steps.every(isSame);
  });
  return matches.find((template) => paths[template]?.[method.toLowerCase()]) ?? '';
}

function escaped(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Returns a copy of a schema whose objects allow no additional properties. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]));
  const isObject = 'properties' in copy && !('additionalProperties' in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}
