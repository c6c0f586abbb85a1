// A process of its own that opens the store in each file that it is told, closes it and says how that went.
import { openStore } from '../../src/app/gateway/open-store.ts';

process.on('message', ({ file, at }: { file: string; at: number }) => {
  // A timer would spread over milliseconds the openings that are to meet.
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
