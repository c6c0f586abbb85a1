import { getOperationAST, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../access/authenticate.ts';
import type { StoreCalls } from '../tracing/store-calls.ts';

/** What is known of a request before it is read, and what is noted of it for the log and the metrics. */
export interface RequestNotes {
  readonly requestId: string;
  readonly caller: Caller;
  operationName?: string | undefined;
  operationType?: 'query' | 'mutation' | 'subscription';
  readonly errorCodes: string[];
  /** Where calls of the store are noted, if anybody wants to know. */
  readonly storeCalls?: StoreCalls;
  /** What the operation came to, if it has run already, with errors. */
  failed?: ExecutionResult | undefined;
}

/** What the handler hands to Yoga with a request. */
export interface ServerContext {
  readonly notes: RequestNotes;
}

/** Longer names of operations are cut: clients choose them, and metrics keep a hundred of them. */
const longestName = 100;

/** Notes which operation a request is. */
export function noteOperation(notes: RequestNotes, operation: OperationDefinitionNode): void {
  notes.operationType = operation.operation;
  notes.operationName = operation.name?.value.slice(0, longestName);
}

/** Notes which operation a request is and which errors it met. */
export function useRequestNotes(): Plugin<ServerContext, ServerContext> {
  return {
    onExecute({ args }) {
      const { notes } = args.contextValue as ServerContext;
      const operation = getOperationAST(args.document, args.operationName);
      if (operation) noteOperation(notes, operation);
    },
    onResultProcess({ result, serverContext }) {
      for (const one of Array.isArray(result) ? result : [result]) {
        if (!('errors' in one)) continue;
        for (const { extensions } of one.errors ?? []) {
          const code: unknown = extensions['code'];
          serverContext.notes.errorCodes.push(typeof code === 'string' ? code : 'UNKNOWN');
        }
      }
    },
  };
}
