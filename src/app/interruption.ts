/** How a program learns that it must stop. */
export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Returns the exit code of an interrupted command, as shells set it: 128 plus the signal's number. */
  exitCode(): number;
  /** Stops listening. */
  ignore(): void;
}

/** Listens for SIGINT and SIGTERM. */
export function listenForInterruption(): Interruption {
  const stopping = new AbortController();
  let exitCode = 130;
  // In a container, process 1 gets only the signals that it handles, so a second one must exit explicitly.
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
