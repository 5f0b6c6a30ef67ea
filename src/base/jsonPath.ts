/** The writing of places inside JSON values, such as `plan.steps[2]["odd name"]`. */

/** The path of an object's property. */
export function propertyPath(path: string, name: string): string {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return path === "" ? name : `${path}.${name}`;
  return `${path}[${JSON.stringify(name)}]`;
}

/** The path of a list's item. */
export function itemPath(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** The step to the item of a list that has this identity, such as `[id=x]`. */
export function identityStep(field: string, identity: string | number | undefined): string {
  const text = String(identity);
  const isPlain = typeof identity === "number" || (/^[^\s"=[\]]+$/u.test(text) && Number.isNaN(Number(text)));
  return `[${field}=${isPlain ? text : JSON.stringify(text)}]`;
}
