import { getOperationAST, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { RequestFault } from '../../../web/request-fault.ts';
import type { CallerRequest, RequestInfo } from '../../request-info.ts';

/** Context that the handler passes to Yoga with a request. */
export interface ServerContext {
  readonly info: CallerRequest;
  /** Body of the request, or why it cannot be used. */
  readonly text: Buffer | RequestFault;
  /** Result of the operation, if it already ran and had errors. */
  readonly failed?: ExecutionResult | undefined;
}

/** Maximum length of an operation name. Longer names are cut: clients choose them, and metrics keep 100 of them. */
const maxName = 100;

/** Adds the type and name of the operation to the information about a request. */
export function noteOperation(info: RequestInfo, operation: OperationDefinitionNode): void {
  info.operationType = operation.operation;
  info.operationName = operation.name?.value.slice(0, maxName);
}

/** Adds the operation and the error codes to the information about a request. */
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
