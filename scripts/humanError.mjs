/** Errors that a person can act on: the message names cause and remedy, and no stack is shown. */

export class HumanError extends Error {}

/**
 * Runs a script's main function; an error ends it with exit code 1, a human one without its stack.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof HumanError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
