// A process that opens the store in each file that it is sent, closes it and replies with the outcome.
import { openStore } from '../../src/app/gateway/open-store.ts';

process.on('message', ({ file, at }: { file: string; at: number }) => {
  // Busy wait: timers would start the processes milliseconds apart, but they must collide.
  while (Date.now() < at);
  void openAndClose(file).then((outcome) => process.send?.(outcome));
});
process.send?.('ready');

async function openAndClose(file: string): Promise<string> {
  try {
    const store = await openStore({ file });
    await store.close();
    return 'opened';
  } catch (error) {
    return String(error);
  }
}
