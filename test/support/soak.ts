/** Whether this is `npm run test:soak`, which tries what is a matter of chance as often as it takes. */
export const isSoak = process.env['SOAK'] === 'on';

/** How often something is tried, or how much of it: enough to see that it works, or enough to find what is rare. */
export function amount({ usual, soak }: { readonly usual: number; readonly soak: number }): number {
  return isSoak ? soak : usual;
}
