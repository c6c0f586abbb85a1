import { databaseFile } from './listen.ts';
import { preparedReader } from './prepared.ts';
import type { Reader } from './reader.ts';
import { usualReader } from './usual.ts';

/** Opens the reader that the command line names. */
export function chosenReader(): Reader {
  const file = databaseFile();
  return process.argv[3] === 'prepared' ? preparedReader(file) : usualReader(file);
}
