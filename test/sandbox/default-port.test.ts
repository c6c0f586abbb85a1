import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';

test.for([
  ['4000', undefined, 4001],
  ['65534', undefined, 65_535],
  // There is no port 65536, and those below 1024 need privileges.
  ['65535', undefined, 65_534],
  ['0', undefined, 0],
  ['65535', '5000', 5000],
] as const)(
  'with PORT=%s and SANDBOX_PORT=%s, the sandbox is on port %i',
  ([port, own, expected]) => {
    const variables = { SANDBOX: 'on', PORT: port, ...(own && { SANDBOX_PORT: own }) };

    expect(readConfig(variables).sandbox?.port).toBe(expected);
  },
);
