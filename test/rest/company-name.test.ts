import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { startRestGateway } from '../support/rest.ts';

const rest = shared(() => startRestGateway());

test.for([
  'O’Brien’s',
  'O‘Brien‘s',
  "Dave's Bank & Sons - North, Ltd. @work?!",
  'Smith–Jones — Co‑op…',
  'Col·legi',
  'שלום בע״מ',
  'ソニー・ミュージック、東京。',
  'ＡＣＭＥ＆Ｃｏ．',
  'می‌خواهم',
  'Zoe\u0308 Nguyễn 商社 ٤٢',
])('%s keeps its name', async (name) => {
  expect((await rest().sdk.companies.create({ name })).name).toBe(name);
});

test.for([
  ['Acme™ (UK) #1/2', 'Acme UK 12'],
  ['“Best” Ltd; a:b', 'Best Ltd ab'],
  ['Fire🔥 Co', 'Fire Co'],
  ['Family 👩‍👩‍👧', 'Family'],
  ['\u202EAcme\u200B', 'Acme'],
  ['Ac\u2028me', 'Acme'],
] as const)('%s becomes %s', async ([name, cleaned]) => {
  expect((await rest().sdk.companies.create({ name })).name).toBe(cleaned);
});
