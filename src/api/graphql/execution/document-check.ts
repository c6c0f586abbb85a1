import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  GraphQLError,
  Kind,
  separateOperations,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
} from 'graphql';
import type { DocumentLimits } from '../../limits.ts';
import { limitRules, parseWithin, refuseTooLong } from './document-limits.ts';
import { maxErrors, tooMuch } from '../schema/faults.ts';
import { schema } from '../schema/schema.ts';

/** Finds what would have the gateway refuse a document whatever its variables are; nothing if it is good. */
export type DocumentCheck = (
  text: string,
  /** The text as it was parsed elsewhere, so that faults have their places there. */
  parsed?: DocumentNode,
) => readonly GraphQLError[];

/** Makes the check of documents that are known before anybody asks for them. */
export function createDocumentCheck(limits: DocumentLimits, introspection: boolean): DocumentCheck {
  const rules = [...specifiedRules, ...limitRules(limits, introspection)];
  return (text, parsed) => {
    try {
      refuseTooLong(text, limits);
      const document = parseWithin(limits.tokens, text);
      const errors = validate(schema, parsed ?? document, rules, { maxErrors });
      return errors.length > 0 ? errors : answersThatAreTooLarge(document, limits);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  };
}

/** Depth is the same for all variables, and the cost of an operation that has none. */
function answersThatAreTooLarge(
  document: DocumentNode,
  { depth, cost }: DocumentLimits,
): GraphQLError[] {
  return Object.values(separateOperations(document)).flatMap((operation) => {
    const hasVariables = operation.definitions.some(
      (it) => it.kind === Kind.OPERATION_DEFINITION && (it.variableDefinitions ?? []).length > 0,
    );
    const asked = hasVariables ? withoutArguments(operation) : operation;
    const size = complexityFromQuery(asked, { schema });
    if (size.depth > depth) return tooMuch(`The operation is nested deeper than ${depth} levels`);
    return !hasVariables && size.complexity > cost
      ? tooMuch(`The answer could have more than ${cost} fields: ask for smaller pages`)
      : [];
  });
}

function withoutArguments(document: DocumentNode): DocumentNode {
  return visit(document, { VariableDefinition: () => null, Argument: () => null });
}
