/** Whether this is `npm run test:soak`, which repeats tests that depend on chance until they find rare failures. */
export const isSoak = process.env['SOAK'] === 'on';

/** Returns the number of repetitions or amount of data: `usual` checks that it works, `soak` finds rare failures. */
export function amount({ usual, soak }: { readonly usual: number; readonly soak: number }): number {
  return isSoak ? soak : usual;
}
