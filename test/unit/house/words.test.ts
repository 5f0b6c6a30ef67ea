import * as assert from "node:assert/strict";
import { proseOf } from "../../../scripts/markdown.mjs";
import { allFindings, IN_CODE, IN_NAMES, IN_TEXTS, namesIn, wordsIn } from "../../../scripts/words.mjs";
import { repositoryDir } from "../../harness/paths";

/** The words that are found in a text. */
function found(text: string, rules: typeof IN_TEXTS): readonly (string | undefined)[] {
  return wordsIn(text, rules).map((each) => /"(.+)"\. /.exec(each)?.[1]);
}

describe("words that we do not use", () => {
  it("are nowhere in our texts and our code", () => {
    assert.deepEqual(allFindings(repositoryDir), []);
  });

  it("are found in texts, whatever their case, with what to write instead", () => {
    assert.deepEqual(wordsIn("One.\nIt Can Not be.\n", IN_TEXTS), ['2: "Can Not". Write "cannot".']);
    const text = "The parting, deeds and the doer departed; a sighting of uselessness. Colours! It tells what it did.";
    assert.deepEqual(found(text, IN_TEXTS), [
      ...["parting", "deeds", "doer", "departed", "sighting", "uselessness", "Colour", "tells"],
    ]);
  });

  it("are not found in words that only hold them, nor where one thing is told from another", () => {
    const text = "Indeed, it imparting-like cannot discolor; that tells a change from a loss, and tells both apart.";
    assert.deepEqual(found(text.replace("imparting-like ", ""), IN_TEXTS), []);
  });

  it("are found at the head of a file", () => {
    assert.deepEqual(found("/** Owns the list. */\n", IN_CODE), ["/** Owns"]);
    assert.deepEqual(found("/**\n * Owns the list.\n */\n", IN_CODE), ["* Owns"]);
    assert.deepEqual(found("/** Draws the list, which owns its rows. */\n", IN_CODE), []);
  });

  it("are found as parts of names", () => {
    const code =
      "const partingOf = lastDeed(DOER_ID, spoken.x, departedLayers, sightings, indeed, agreed, #uselessness);";
    assert.deepEqual(
      namesIn(code, IN_NAMES).map((each) => /"(.+)"/.exec(each)?.[1]),
      ["partingOf", "lastDeed", "DOER_ID", "spoken", "departedLayers", "sightings", "uselessness"],
    );
  });

  it("are no affair of code in Markdown, and lines stay as they are", () => {
    assert.equal(proseOf("a `deed`\n```ts\ndeed\n```\nb\n"), "a ``\n\n\n\nb\n");
  });
});
