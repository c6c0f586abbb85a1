// A process that reads or makes the key in each file that it is sent, and replies with the id of the key.
import { readOrMakeKeyFile } from '../../src/vault/key-file.ts';

process.on('message', ({ file, at }: { file: string; at: number }) => {
  // Busy wait: timers would start the processes milliseconds apart, but they must collide.
  while (Date.now() < at);
  const result = readOrMakeKeyFile(file);
  process.send?.(
    result.ok
      ? { id: result.value.key.id, isNew: result.value.isNew }
      : { id: result.error, isNew: false },
  );
});
process.send?.('ready');
