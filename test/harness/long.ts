/** Which tests are long: `npm run test:long` does the same work many times over. */

/** Whether this is a run of the long tests. */
export const isLong = process.env["AGENT_CONTEXT_LONG"] === "1";

/** The size of a test's work. */
export function sized<T>({ usual, long }: { readonly usual: T; readonly long: T }): T {
  return isLong ? long : usual;
}
