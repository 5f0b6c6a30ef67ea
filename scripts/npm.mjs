/** How npm is called: the one that runs us if one does, else the one on the PATH. */

import { runCommand } from "./children.mjs";

/**
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {string} [options.node] the Node that runs npm, and so what npm compiles for
 * @param {Record<string, string>} [options.env]
 * @returns {Promise<string>} the output
 * @throws with npm's last lines
 */
export async function runNpm(args, { cwd, node = process.execPath, env = {} }) {
  const environment = { ...process.env, ...env };
  for (const name of Object.keys(environment)) {
    // The outer npm describes itself and its package to its children; an inner npm takes that for its own.
    if (/^npm_(package|lifecycle|command|config_(local_)?prefix)/.test(name)) {
      delete environment[name];
    }
  }
  const npm = process.env["npm_execpath"];
  const options = { cwd, env: environment, quiet: true };
  return npm?.endsWith("npm-cli.js")
    ? runCommand(node, [npm, ...args], options)
    : runCommand(process.platform === "win32" ? "npm.cmd" : "npm", args, {
        ...options,
        shell: process.platform === "win32",
      });
}
