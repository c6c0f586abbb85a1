const formats = [
  ['compressed with gzip', [0x1f, 0x8b]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['compressed with Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68]],
] as const;

const utf16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

/** How many bytes tell a format. */
export const formatBytes = 5;

/** Returns the rule that an input breaks whose first bytes are those of a common format other than text in UTF-8. */
export function otherFormat(start: Buffer): string | undefined {
  const begins = (bytes: readonly number[]) => bytes.every((byte, at) => start[at] === byte);
  const [name] = formats.find(([, bytes]) => begins(bytes)) ?? [];
  if (name !== undefined) return `is ${name}: decompress it first`;
  return utf16.some(begins) ? 'is text in UTF-16: save it as UTF-8' : undefined;
}
