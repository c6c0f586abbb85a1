// A process of its own that reads or makes the key in each file that it is told, and says which key it is.
import { readOrMakeKeyFile } from '../../src/vault/key-file.ts';

process.on('message', ({ file, at }: { file: string; at: number }) => {
  // A timer would spread over milliseconds the processes that are to meet.
  while (Date.now() < at);
  const result = readOrMakeKeyFile(file);
  process.send?.(
    result.ok
      ? { id: result.value.key.id, isNew: result.value.isNew }
      : { id: result.error, isNew: false },
  );
});
process.send?.('ready');
