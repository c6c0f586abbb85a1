/** Functions that another process can call. Each takes one input and may be asynchronous. */
type Calls = Record<string, (input: never) => unknown>;

/** The channel of calls: a forked process or, inside that one, its own `process`. */
interface Wire {
  send?(message: unknown, sent: (error: Error | null) => void): boolean;
  on(event: 'message', heard: (message: unknown) => void): unknown;
}

/** Calls between two processes of the gateway. */
export interface Rpc<Theirs extends Calls> {
  /** Calls the other process. Fails if the call fails there, or if that process is gone. */
  call<Name extends keyof Theirs & string>(
    name: Name,
    input: Parameters<Theirs[Name]>[0],
  ): Promise<Awaited<ReturnType<Theirs[Name]>>>;
  /** Fails all pending calls. */
  end(): void;
}

type Message =
  | { readonly call: string; readonly id: number; readonly input: unknown }
  | { readonly answers: number; readonly output: unknown }
  | { readonly fails: number; readonly reason: string };

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Connects this process to another, which can call the functions in `ours`. Both processes run this program, so
 * messages are not checked against their types.
 */
export function openRpc<Theirs extends Calls>(wire: Wire, ours: Calls): Rpc<Theirs> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const send = (message: Message) => {
    const failed = (error: Error | null) => {
      if (error !== null && 'call' in message) take(message.id)?.reject(error);
    };
    wire.send?.(message, failed);
  };
  const take = (id: number) => {
    const one = waiting.get(id);
    waiting.delete(id);
    return one;
  };
  const answer = async (name: string, id: number, input: unknown) => {
    try {
      send({ answers: id, output: await ours[name]?.(input as never) });
    } catch (error) {
      send({ fails: id, reason: String(error) });
    }
  };
  wire.on('message', (heard) => {
    const message = heard as Message;
    if ('call' in message) void answer(message.call, message.id, message.input);
    else if ('answers' in message) take(message.answers)?.resolve(message.output);
    else take(message.fails)?.reject(new Error(message.reason));
  });
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve: resolve as (output: unknown) => void, reject });
        send({ call: name, id: lastId, input });
      }),
    end() {
      for (const { reject } of waiting.values()) reject(new Error('the other process exited'));
      waiting.clear();
    },
  };
}
