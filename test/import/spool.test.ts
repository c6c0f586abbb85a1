import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { spooled } from '../../src/import/spool.ts';

const { signal } = new AbortController();

test('an input up to the limit is copied, and can be read more than once', async () => {
  const read = await spooled(
    Readable.from(['abc', 'de']),
    { signal, maxBytes: 5 },
    async (open) => [await text(open()), await text(open())],
  );

  expect(read).toEqual({ ok: true, value: ['abcde', 'abcde'] });
});

test('an input that never ends is refused at the limit, before any work', async () => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield 'x'.repeat(1000);
    })(),
  );
  let isWorked = false;

  const read = await spooled(endless, { signal, maxBytes: 100_000 }, async () => {
    isWorked = true;
  });

  expect(read).toEqual({ ok: false, error: 'too long' });
  expect(isWorked).toBe(false);
  expect(endless.destroyed).toBe(true);
});
