/** Checks the repository for words that we do not use: `node checkWords.mjs`, part of `npm run lint`. */

import { HumanError, runMain } from "./humanError.mjs";
import { rootDir } from "./paths.mjs";
import { allFindings } from "./words.mjs";

await runMain(async () => {
  const found = allFindings(rootDir);
  if (found.length > 0) throw new HumanError(`Words that we do not use:\n${found.join("\n")}`);
});
