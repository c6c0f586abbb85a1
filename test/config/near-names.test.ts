import { expect, test } from 'vitest';
import { nearName } from '../../src/config/near-names.ts';

const known = ['HOST', 'NODE_ENV', 'ENCRYPTION_KEYS', 'PUBLIC_URL'];

test.for([
  ['NODE_ENC', 'NODE_ENV'],
  ['NODE_EN', 'NODE_ENV'],
  ['NNODE_ENV', 'NODE_ENV'],
  ['NODE-ENV', 'NODE_ENV'],
  ['node_env', 'NODE_ENV'],
  ['ENCRYPTION_KEY', 'ENCRYPTION_KEYS'],
  ['PUBLIC_ULR', 'PUBLIC_URL'],
] as const)('%s is nearly %s', ([name, expected]) => {
  expect(nearName(name, known)).toBe(expected);
});

test.for(['NODE_ENV', 'PUBLIC_URI_X', 'COMPOSE_FILE', 'HOTELS', 'PU', ''])(
  '%j is a known name, or that of another program',
  (name) => {
    expect(nearName(name, known)).toBeUndefined();
  },
);
