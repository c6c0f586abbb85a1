import { expect, test } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.ts';

/** Returns the variables of a file, or its faults. */
function read(content: string | Buffer): object {
  const parsed = parseEnvFile(Buffer.from(content as string));
  return parsed.ok ? Object.fromEntries(parsed.value) : parsed.error;
}

test('every usual form of a line is read', () => {
  const lines = [
    '# A comment with "quotes", a `tick and a = sign',
    'PLAIN=1',
    'export EXPORTED=2',
    ' SPACED = 3 \t',
    'EMPTY=',
    'COMMENTED=a b # c = "d"',
    'COMMENT_ONLY= # nothing',
    '',
    '  # An indented comment = no variable',
    'DOUBLE="a # b\\nc" # d',
    "SINGLE='a # b\\nc'",
    'TICKS=`"a" and \'b\'`',
    'LINES="a',
    'b"',
    'EQUALS=a=b==',
    "APOSTROPHE=it's",
    'URL=http://127.0.0.1:4318/?a=b&c={d}',
    'UNICODE=Zoë’s 商社',
    'TWICE=1',
    'TWICE=2',
    'LAST=x',
  ];

  expect(read(lines.join('\n'))).toEqual({
    PLAIN: '1',
    EXPORTED: '2',
    SPACED: '3',
    EMPTY: '',
    COMMENTED: 'a b',
    COMMENT_ONLY: '',
    DOUBLE: 'a # b\nc',
    SINGLE: String.raw`a # b\nc`,
    TICKS: `"a" and 'b'`,
    LINES: 'a\nb',
    EQUALS: 'a=b==',
    APOSTROPHE: "it's",
    URL: 'http://127.0.0.1:4318/?a=b&c={d}',
    UNICODE: 'Zoë’s 商社',
    TWICE: '2',
    LAST: 'x',
  });
});

test.for([
  ['a byte order mark', '\uFEFFA=1\nB=2\n'],
  ['line breaks of Windows', 'A=1\r\nB=2\r\n'],
  ['line breaks of old editors', 'A=1\rB=2\r'],
  ['no line break at its end', 'A=1\nB=2'],
])('a file with %s is read like any other', ([, content]) => {
  expect(read(String(content))).toEqual({ A: '1', B: '2' });
});

test.for([
  ['no equals sign', 'NODE_ENV production'],
  ['a colon', 'NODE_ENV: production'],
  ['a command', 'set NODE_ENV=production'],
  ['a second mark, as files put together have', '\uFEFFNODE_ENV=production'],
  ['a space without a break before it', '\u00A0NODE_ENV=production'],
  ['a name that starts with a digit', '1A=secret'],
  ['a number sign within a value', 'CLIENT_SECRET_GBOL=secret#1'],
  ['a value that starts with a number sign', 'CLIENT_SECRET_GBOL=#secret'],
  ['text after a quoted value', 'A="secret" and more'],
  ['a quote that is escaped', 'A="secret\\"#"'],
  ['a quote that nothing closes', 'A="secret'],
  ['a tick that nothing closes', 'A=`secret'],
])('a line with %s is a fault, which does not show its content', ([, line]) => {
  expect(read(`A=1\n\n${line}\nB=2\n${line}`)).toEqual([
    expect.stringMatching(/^line 3 must be NAME=value, or a comment/),
    expect.stringMatching(/^line 5 must be NAME=value, or a comment/),
  ]);
  expect(JSON.stringify(read(String(line)))).not.toContain('secret');
});

test('lines of quoted values count', () => {
  expect(read('A="1\n2\n3"\nwrong\n')).toEqual([expect.stringMatching(/^line 4 /)]);
});

test.for([
  ['UTF-16', Buffer.from('\uFEFFNODE_ENV=production\n', 'utf16le')],
  ['UTF-16 without a mark', Buffer.from('NODE_ENV=production\n', 'utf16le')],
  ['Latin-1', Buffer.from('A=caf\xE9\n', 'latin1')],
] as const)('a file in %s is refused', ([, content]) => {
  expect(read(content)).toEqual(['must be text in UTF-8']);
});

test('a file of faults only gets a few lines of messages, in little time', () => {
  const faults = read('"\n`\n'.repeat(100_000));

  expect(faults).toHaveLength(11);
  expect(faults).toContain('and 199990 more lines');
});
