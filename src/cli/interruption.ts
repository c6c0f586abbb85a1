/** How a command of the command line hears that it is to stop. */
export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The exit code of a command that was stopped, as a shell gives it: 128 and the signal's number. */
  exitCode(): number;
  /** Ends the listening. */
  ignore(): void;
}

/** Listens for the signals by which a person or a system stops a command. */
export function listenForInterruption(): Interruption {
  const stopping = new AbortController();
  let exitCode = 130;
  const stop = (signal: NodeJS.Signals) => {
    ignore();
    exitCode = signal === 'SIGTERM' ? 143 : 130;
    stopping.abort();
  };
  const ignore = () => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: stopping.signal, exitCode: () => exitCode, ignore };
}
