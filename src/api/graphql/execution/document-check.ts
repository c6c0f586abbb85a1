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

/** Returns the errors for which the gateway would reject a document whatever its variables are. */
export type DocumentCheck = (
  text: string,
  /** The document as parsed from its source files, so that errors have positions in those. */
  parsed?: DocumentNode,
) => readonly GraphQLError[];

/** Creates the check of documents that are known before they are requested. */
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

/** Checks the depth, which does not depend on variables, and the cost of operations without variables. */
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
      ? tooMuch(`The response could have more than ${cost} fields: request smaller pages`)
      : [];
  });
}

function withoutArguments(document: DocumentNode): DocumentNode {
  return visit(document, { VariableDefinition: () => null, Argument: () => null });
}
