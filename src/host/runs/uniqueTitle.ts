/** How runs of one script are told apart by name. */

/** @returns `name`, or "name (2)", "name (3)", …: the first that is not taken. */
export function uniqueTitle(name: string, taken: ReadonlySet<string>): string {
  let title = name;
  for (let count = 2; taken.has(title); count++) title = `${name} (${count})`;
  return title;
}
