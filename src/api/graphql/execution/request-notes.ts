import { getOperationAST, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { CallerRequest, RequestInfo } from '../../request-info.ts';

/** What the handler hands to Yoga with a request. */
export interface ServerContext {
  readonly info: CallerRequest;
  /** What the operation came to, if it has run already, with errors. */
  readonly failed?: ExecutionResult | undefined;
}

/** Longer names of operations are cut: clients choose them, and metrics keep a hundred of them. */
const maxName = 100;

/** Notes which operation a request is. */
export function noteOperation(info: RequestInfo, operation: OperationDefinitionNode): void {
  info.operationType = operation.operation;
  info.operationName = operation.name?.value.slice(0, maxName);
}

/** Notes which operation a request is and which errors it met. */
export function useRequestNotes(): Plugin<ServerContext, ServerContext> {
  return {
    onExecute({ args }) {
      const { info } = args.contextValue as ServerContext;
      const operation = getOperationAST(args.document, args.operationName);
      if (operation) noteOperation(info, operation);
    },
    onResultProcess({ result, serverContext }) {
      for (const one of Array.isArray(result) ? result : [result]) {
        if (!('errors' in one)) continue;
        for (const { extensions } of one.errors ?? []) {
          const code: unknown = extensions['code'];
          serverContext.info.errorCodes.push(typeof code === 'string' ? code : 'UNKNOWN');
        }
      }
    },
  };
}
