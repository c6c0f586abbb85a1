/** How a program hears that it is to stop. */
export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The exit code of a command that was stopped, as a shell gives it: 128 and the signal's number. */
  exitCode(): number;
  /** Ends the listening. */
  ignore(): void;
}

/** Listens for the signals by which a person or a system stops a program. */
export function listenForInterruption(): Interruption {
  const stopping = new AbortController();
  let exitCode = 130;
  // In a container, the system delivers to process 1 only the signals that it handles: we exit by ourselves.
  const stop = (_: NodeJS.Signals, number: number) => {
    if (stopping.signal.aborted) process.exit(128 + number);
    exitCode = 128 + number;
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: stopping.signal,
    exitCode: () => exitCode,
    ignore: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
