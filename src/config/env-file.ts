import { decodeUtf8 } from '../domain/utf8.ts';
import { ok, refuse, type Result } from '../domain/result.ts';

// Node's own parser skips what it does not understand, and differs between versions. A line that is lost can leave a
// gateway open, so every line must be understood.

/** The most lines that are reported. */
const maxFaults = 10;

const blank = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const assignment =
  /[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|`(?<back>[^`]*)`)[ \t]*|(?<bare>[^\s"'`#][^\n#]*)?)(?:(?<=[ \t])#[^\n]*)?(?:\n|$)/y;
const anyLine = /[^\n]*(?:\n|$)/y;

/**
 * Parses a file `.env`: lines of `NAME=value`, blank lines, and comments that start with `#`. A value in quotes can hold
 * `#` and line breaks, and `\n` in double quotes is a line break. Of a repeated name, the last value counts. On failure,
 * returns a message for each line that is none of these. It has the number of the line and not its content, which may be
 * a secret.
 */
export function parseEnvFile(bytes: Uint8Array): Result<ReadonlyMap<string, string>, string[]> {
  const decoded = decodeUtf8(bytes);
  if (decoded === undefined || decoded.includes('\0')) return refuse(['must be text in UTF-8']);
  const text = decoded.replaceAll(/\r\n?/g, '\n');
  const variables = new Map<string, string>();
  const faults: string[] = [];
  for (let at = 0, line = 1; at < text.length;) {
    const take = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(text);
    };
    let taken = take(blank) ?? take(assignment);
    if (taken?.groups) variables.set(taken.groups['name'] ?? '', valueOf(taken.groups));
    if (taken === null) {
      faults.push(`line ${line} ${rule}`);
      taken = take(anyLine);
    }
    const lines = taken?.[0] ?? '';
    at += lines.length;
    line += lines.split('\n').length - 1;
  }
  return faults.length > 0 ? refuse(shortened(faults)) : ok(variables);
}

const rule =
  'must be NAME=value, or a comment that starts with #. Put a value that contains # or a quote between quotes of another kind';

function valueOf({ double, single, back, bare }: Record<string, string | undefined>): string {
  return double?.replaceAll(String.raw`\n`, '\n') ?? single ?? back ?? bare?.trimEnd() ?? '';
}

function shortened(faults: readonly string[]): string[] {
  const more = faults.length - maxFaults;
  return [...faults.slice(0, maxFaults), ...(more > 0 ? [`and ${more} more lines`] : [])];
}
