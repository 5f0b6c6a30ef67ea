/** How children of a registered script come to be recorded with it: by the options of Node that they inherit. */

/** As it stands on command lines. Node looks it up from the working directory, and a child's may be another one. */
const SPECIFIER = "agent-context/register";
const IN_NODE_OPTIONS = /(--import(?:=| +))(["']?)agent-context\/register\2(?= |$)/g;

/**
 * Puts the preload, by its address, in the place of the specifier: a child joins the run of its parent, or has TypeScript
 * loaded and no more, as under the command; it never begins a run of its own.
 */
export function handOnPreload(preload: string): void {
  process.execArgv.forEach((option, index) => {
    if (option === SPECIFIER) process.execArgv[index] = preload;
    if (option === `--import=${SPECIFIER}`) process.execArgv[index] = `--import=${preload}`;
  });
  const options = process.env["NODE_OPTIONS"];
  if (options === undefined) return;
  process.env["NODE_OPTIONS"] = options.replace(IN_NODE_OPTIONS, (_, option: string) => option + preload);
}
