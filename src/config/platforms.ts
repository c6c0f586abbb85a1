import { readTextFile } from '../api/graphql/persisted/text-file.ts';
import { parsePlatformFile, type OwnPlatform } from '../platforms/platform-file.ts';

/** The platforms of a file, and the faults of the file. */
interface PlatformFile {
  readonly platforms: readonly OwnPlatform[];
  readonly faults: readonly string[];
}

/** Reads the platforms that an operator described in a file. Returns none without a file. */
export function readPlatformFile(file: string | undefined): PlatformFile {
  if (file === undefined) return { platforms: [], faults: [] };
  const refused = (faults: readonly string[]) => ({
    platforms: [],
    faults: faults.map((fault) => `PLATFORMS_FILE ${file}: ${fault}`),
  });
  try {
    const content = readTextFile(file);
    if (!content.ok) return refused([content.error]);
    const parsed = parsePlatformFile(content.value);
    return parsed.ok ? { platforms: parsed.value, faults: [] } : refused(parsed.error);
  } catch (error) {
    return refused([`cannot be read: ${(error as Error).message}`]);
  }
}
