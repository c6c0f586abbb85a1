import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  GraphQLError,
  Kind,
  MaxIntrospectionDepthRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  validate,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentLimits } from '../limits/limits.ts';
import { mostErrors, tooMuch } from './faults.ts';

/**
 * Refuses documents that ask for too much before anything of them is executed. Depth and cost depend on the values of
 * variables: the builder checks those.
 */
export function useDocumentLimits(limits: DocumentLimits, introspection: boolean): Plugin {
  const rules = [
    MaxIntrospectionDepthRule,
    maxRootFields(limits.rootFields),
    maxAliasesRule({ ...atMost(limits.aliases, 'aliases'), allowList: [] }),
    maxDirectivesRule(atMost(limits.directives, 'directives')),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ] as ValidationRule[];
  return {
    onParams({ params: { query } }) {
      if (query !== undefined && query.length > limits.bytes) {
        throw tooMuch(`The document is longer than ${limits.bytes} characters`);
      }
    },
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseWithin(limits.tokens, source, options));
    },
    onValidate({ addValidationRule, setValidationFn }) {
      for (const rule of rules) addValidationRule(rule);
      setValidationFn((schema, document, allRules) =>
        validate(schema, document, allRules, {
          maxErrors: mostErrors,
          // A suggestion tells of a field what introspection would.
          hideSuggestions: !introspection,
        }),
      );
    },
  };
}

function parseWithin(tokens: number, ...[source, options]: Parameters<typeof parse>) {
  try {
    return parse(source, { ...options, maxTokens: tokens });
  } catch (error) {
    if (
      error instanceof GraphQLError &&
      error.message.startsWith('Syntax Error: Document contains more')
    ) {
      throw tooMuch(`The document has more than ${tokens} tokens`);
    }
    throw error;
  }
}

function atMost(n: number, what: string) {
  return {
    n,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null) =>
        context?.reportError(tooMuch(`The document has more than ${n} ${what}`)),
    ],
  };
}

function maxRootFields(most: number): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      if (countFields(operation.selectionSet, context) > most) {
        context.reportError(
          tooMuch(`The operation has more than ${most} fields of its own`, [operation]),
        );
      }
    },
  });
}

/** Counts the fields of a selection, through its fragments; `within` holds those that are being counted. */
function countFields(
  { selections }: SelectionSetNode,
  context: ValidationContext,
  within: readonly string[] = [],
): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      count += countFields(selection.selectionSet, context, within);
    } else {
      const name = selection.name.value;
      const fragment = within.includes(name) ? undefined : context.getFragment(name);
      if (fragment) count += countFields(fragment.selectionSet, context, [...within, name]);
    }
  }
  return count;
}
