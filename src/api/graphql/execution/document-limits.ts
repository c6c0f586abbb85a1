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
import type { DocumentLimits } from '../../limits.ts';
import type { PersistedDocuments } from './persisted-documents.ts';
import type { ServerContext } from './request-notes.ts';
import { maxErrors, tooMuch } from '../schema/faults.ts';

/**
 * Rejects documents that exceed a limit, before anything is executed. The schema builder checks depth and cost, because
 * they depend on the values of variables.
 */
export function useDocumentLimits(
  limits: DocumentLimits,
  introspection: boolean,
  documents: PersistedDocuments,
): Plugin<ServerContext, ServerContext> {
  const rules = limitRules(limits, introspection);
  return {
    onParams({ params: { query } }) {
      if (query !== undefined) refuseTooLong(query, limits);
    },
    onParse({ context, setParseFn }) {
      // Not called for a document that is still parsed and validated.
      setParseFn((source, options) => {
        const text = String(source);
        if (!documents.has(text)) context.info.charge?.(extraRequestsOf(text));
        return parseWithin(limits.tokens, text, options);
      });
    },
    onValidate({ addValidationRule, setValidationFn }) {
      for (const rule of rules) addValidationRule(rule);
      setValidationFn((schema, document, allRules) =>
        validate(schema, document, allRules, {
          maxErrors,
          // A suggestion reveals names of fields, as introspection would.
          hideSuggestions: !introspection,
        }),
      );
    },
  };
}

/** Characters of a new document that are as much work to parse and validate, up to 3 ms, as a request should be. */
const charactersPerRequest = 200;

/** Returns how many requests a new document counts as, beside the request that it came with. */
function extraRequestsOf(text: string): number {
  return Math.floor(text.length / charactersPerRequest);
}

/** Returns the validation rules that enforce limits, in addition to the rules of GraphQL itself. */
export function limitRules(limits: DocumentLimits, introspection: boolean): ValidationRule[] {
  return [
    MaxIntrospectionDepthRule,
    maxRootFields(limits.rootFields),
    maxAliasesRule({ ...atMost(limits.aliases, 'aliases'), allowList: [] }),
    maxDirectivesRule(atMost(limits.directives, 'directives')),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ] as ValidationRule[];
}

/** Throws if a document is longer than permitted. */
export function refuseTooLong(text: string, { bytes }: DocumentLimits): void {
  if (text.length > bytes) throw tooMuch(`The document is longer than ${bytes} characters`);
}

/** Parses a document with at most `tokens` tokens. Throws `GraphQLError`. */
export function parseWithin(tokens: number, ...[source, options]: Parameters<typeof parse>) {
  try {
    return parse(source, { ...options, maxTokens: tokens });
  } catch (error) {
    if (
      error instanceof GraphQLError &&
      error.message.startsWith('Syntax Error: Document contains more')
    ) {
      throw tooMuch(`The document has more than ${tokens} tokens`);
    }
    if (error instanceof RangeError) throw nestedTooDeeply();
    throw error;
  }
}

/** With a raised token limit, a document can overflow the stack of the parser. */
function nestedTooDeeply(): GraphQLError {
  return tooMuch('The document is nested too deeply');
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
  return (context) => {
    const countFields = createFieldCount(context);
    return {
      OperationDefinition(operation) {
        if (countFields(operation.selectionSet) > most) {
          context.reportError(
            tooMuch(`The operation has more than ${most} root fields`, [operation]),
          );
        }
      },
    };
  };
}

/**
 * Returns a function that counts the fields of a selection, through its fragments. Each fragment is counted once:
 * otherwise forty fragments, each spreading the previous one twice, would take forever.
 */
function createFieldCount(context: ValidationContext): (selected: SelectionSetNode) => number {
  const ofFragment = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): number => {
    let fields = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fields += 1;
      else if (selection.kind === Kind.INLINE_FRAGMENT) fields += count(selection.selectionSet);
      else fields += countFragment(selection.name.value);
    }
    return fields;
  };
  const countFragment = (name: string): number => {
    const known = ofFragment.get(name);
    if (known !== undefined) return known;
    // Ends the recursion if a fragment spreads itself, which another rule rejects.
    ofFragment.set(name, 0);
    const fragment = context.getFragment(name);
    const fields = fragment ? count(fragment.selectionSet) : 0;
    ofFragment.set(name, fields);
    return fields;
  };
  return count;
}
