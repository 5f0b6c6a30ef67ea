/** Tests what a reader decides in the merge preview's page: ticks, sides, edits, held merges; and the advice beside them. */

import assert from "node:assert/strict";
import { waitFor } from "../../harness/waitFor";
import { assertAccessible } from "./harness/accessibility";
import type { Preview } from "./harness/previewPage";
import {
  answerDetails,
  detailsOfKey,
  keysShown,
  openPreview,
  rowOfKey,
  selectedKey,
  textOf,
} from "./harness/previewPage";
import {
  countsOf,
  maskedDetails,
  manyRows,
  raceDetails,
  rowOf,
  sampleDetails,
  sampleHold,
  samplePlan,
  side,
  staleReads,
} from "./harness/samples";
import { closePagesAfterEach } from "./harness/webviewPage";

const editor = (preview: Preview) => preview.page.locator("textarea.editor-text");
const button = (preview: Preview, name: string) => preview.page.getByRole("button", { name, exact: true });
const checked = (preview: Preview, key: string): Promise<string | null> =>
  rowOfKey(preview, key).getAttribute("aria-checked");
const isFocused = (preview: Preview, selector: string): Promise<boolean> =>
  preview.page.locator(selector).evaluate((node) => node === node.ownerDocument.activeElement);

/** The toolkit turns a button off in a turn of its own. */
const isOff = (preview: Preview, name: string): Promise<boolean> =>
  waitFor(`${name} to be off`, () => button(preview, name).isDisabled());

/** Shows the sample plan with the details of its first key. */
async function openSample(change: Parameters<typeof samplePlan>[0] = {}): Promise<Preview> {
  const preview = await openPreview();
  await preview.send(samplePlan(change));
  await answerDetails(preview, "shared_counter", change.planId);
  return preview;
}

/** Opens the editor on `shared_counter` and types a text in place of what is there. */
async function edit(preview: Preview, text: string): Promise<void> {
  await preview.page.locator("[data-choice=edit]").click();
  await editor(preview).fill(text);
}

describe("deciding in the merge preview", () => {
  closePagesAfterEach();

  for (const theme of ["dark", "light", "hc-dark"] as const) {
    it(`offers both sides of a masked conflict, but no edit, and says why (${theme})`, async () => {
      const preview = await openPreview({ theme });
      await preview.send(samplePlan({ rows: [maskedDetails, ...sampleDetails].map(rowOf) }));
      await rowOfKey(preview, "api_token").click();
      await answerDetails(preview, "api_token", 1, maskedDetails);
      const edit = preview.page.locator("[data-choice=edit]");
      assert.equal(await edit.isDisabled(), true);
      assert.match((await edit.getAttribute("title"))!, /only the script knows/);
      assert.match(await textOf(preview, "[data-decision=masked]"), /^Masked: only the script knows these values/);
      const row = rowOfKey(preview, "api_token");
      assert.match((await row.getAttribute("aria-label"))!, /, Masked, /);
      await row.locator(".flag.masked .codicon-lock").waitFor();
      assert.equal(await rowOfKey(preview, "draft").locator(".flag.masked").count(), 0);
      await assertAccessible(preview.page);
      await preview.page.locator("[data-choice=parent]").click();
      const { choice } = await preview.waitForPosted("choose");
      assert.deepEqual(choice, { take: "parent" });
    });
  }

  it("ticks keys by mouse, and the extension's word holds", async () => {
    const preview = await openSample();
    await rowOfKey(preview, "plan").locator(".tick-cell").click();
    assert.deepEqual(await preview.waitForPosted("tick"), { type: "tick", planId: 1, keys: ["plan"], ticked: false });
    assert.equal(await checked(preview, "plan"), "false");
    assert.equal(await selectedKey(preview), "shared_counter");
    await button(preview, "Merge 6 of 7").waitFor();
    await button(preview, "Discard 6 of 7").waitFor();
    assert.equal(await preview.page.locator(".tick-all").getAttribute("aria-checked"), "mixed");
    assert.equal(await textOf(preview, ".tick-all"), "6 of 7 keys ticked");
    const rows = [rowOf(detailsOfKey("plan"))];
    await preview.send({ type: "rows", planId: 1, counts: samplePlan().counts, rows });
    await button(preview, "Merge").waitFor();
    assert.equal(await checked(preview, "plan"), "true");
    await preview.send({
      type: "rows",
      planId: 7,
      counts: samplePlan().counts,
      rows: [{ ...rows[0]!, ticked: false }],
    });
    await preview.send({ type: "command", state: "idle", text: "all heard" });
    await preview.page.locator(".notice", { hasText: "all heard" }).waitFor();
    assert.equal(await checked(preview, "plan"), "true");
  });

  it("ticks by Space, all and none at once, and says why nothing can be merged then", async () => {
    const preview = await openSample();
    await preview.page.locator("#keys").focus();
    await preview.page.keyboard.press("ArrowDown");
    await preview.page.keyboard.press("Space");
    assert.deepEqual(await preview.waitForPosted("tick"), { type: "tick", planId: 1, keys: ["draft"], ticked: false });
    assert.equal(await checked(preview, "draft"), "false");
    const all = preview.page.getByRole("checkbox");
    await all.focus();
    await preview.page.keyboard.press("Space");
    assert.deepEqual(await preview.waitForPosted("tick"), { type: "tick", planId: 1, ticked: true });
    assert.equal(await all.getAttribute("aria-checked"), "true");
    await preview.page.keyboard.press("Space");
    assert.deepEqual(await preview.waitForPosted("tick"), { type: "tick", planId: 1, ticked: false });
    assert.equal(await all.getAttribute("aria-checked"), "false");
    await isOff(preview, "Merge");
    await isOff(preview, "Discard");
    const merge = preview.page.locator("vscode-button", { hasText: "Merge" });
    assert.match((await merge.getAttribute("title"))!, /No key is ticked/);
    assert.match(await textOf(preview, ".summary"), /No key is ticked/);
    await assertAccessible(preview.page);
  });

  it("asks again for a tick and a choice that came too late for the plan they spoke of", async () => {
    const preview = await openSample();
    await rowOfKey(preview, "plan").locator(".tick-cell").click();
    await preview.page.locator("[data-choice=parent]").click();
    await preview.send(samplePlan({ planId: 2 }));
    await waitFor("the tick of the new plan", async () => (await preview.waitForPosted("tick")).planId === 2);
    assert.deepEqual(await preview.waitForPosted("tick"), { type: "tick", planId: 2, keys: ["plan"], ticked: false });
    assert.equal(await checked(preview, "plan"), "false");
    await answerDetails(preview, "shared_counter", 2);
    assert.deepEqual(await preview.waitForPosted("choose"), {
      type: "choose",
      planId: 2,
      key: "shared_counter",
      choice: { take: "parent" },
    });
    // Answered is answered, and a key that has moved is for the reader to look at again.
    const rows = [rowOf(detailsOfKey("plan"))];
    await preview.send({ type: "rows", planId: 2, counts: samplePlan().counts, rows });
    const posted = (await preview.posted()).length;
    await preview.send(samplePlan({ planId: 3 }));
    await answerDetails(
      preview,
      "shared_counter",
      3,
      detailsOfKey("shared_counter", { parent: side("11", "lead", 12, 40) }),
    );
    await waitFor("the moved parent", async () => /11/.test(await textOf(preview, '.side[data-side="parent"]')));
    assert.deepEqual(
      (await preview.posted()).slice(posted).map(({ type }) => type),
      ["wantDetails"],
    );
    assert.equal(await checked(preview, "plan"), "true");
  });

  it("ticks what a filter has left, and only that", async () => {
    const preview = await openSample();
    await preview.page.keyboard.press("/");
    await preview.page.keyboard.type("o d");
    await waitFor("the filtered list", async () => (await keysShown(preview)).length === 2);
    await preview.page.getByRole("checkbox").click();
    const { keys } = await preview.waitForPosted("tick");
    assert.deepEqual(keys, ["shared_counter", "todo/obsolete"]);
    await button(preview, "Merge 5 of 7").waitFor();
  });

  it("shows no ticks where nothing can be merged", async () => {
    const preview = await openSample({ disabledReason: "The run has ended." });
    assert.equal(await preview.page.getByRole("checkbox").isVisible(), false);
    assert.equal(await preview.page.locator("#keys .tick").first().isVisible(), false);
    assert.equal(await checked(preview, "plan"), null);
    await preview.page.locator("#keys").focus();
    await preview.page.keyboard.press("Space");
    assert.equal(await preview.page.locator(".choice-button").count(), 0);
    assert.deepEqual(
      (await preview.posted()).filter(({ type }) => type === "tick"),
      [],
    );
  });

  it("ticks among 100,000 keys", async () => {
    const preview = await openPreview();
    await preview.sendExpression(JSON.stringify(samplePlan({ rows: manyRows(100_000) })));
    await preview.page.locator("#keys [role=option]").first().waitFor();
    await preview.page.keyboard.press("Space");
    await button(preview, "Merge 99,999 of 100,000").waitFor();
    await preview.page.getByRole("checkbox").click();
    await preview.page.getByRole("checkbox").click();
    assert.deepEqual(await preview.waitForPosted("tick"), { type: "tick", planId: 1, ticked: false });
    assert.equal(await textOf(preview, ".tick-all"), "0 of 100,000 keys ticked");
    assert.ok((await preview.page.locator("#keys [role=option]").count()) < 120);
  });

  it("loses no click to a plan that comes while the mouse is pressed", async () => {
    const preview = await openSample();
    await rowOfKey(preview, "plan").click();
    await answerDetails(preview, "plan");
    const parentSide = preview.page.locator("[data-choice=parent]");
    await parentSide.hover();
    await preview.page.mouse.down();
    const moved = detailsOfKey("plan", { parent: side("moved while pressed", "somebody") });
    await preview.send({ type: "details", planId: 1, details: moved });
    await preview.page.mouse.up();
    const { choice } = await preview.waitForPosted("choose");
    assert.deepEqual(choice, { take: "parent" });
    await parentSide.filter({ hasText: "moved while pressed" }).waitFor();
  });

  it("takes a side and undoes it, and keeps the row in sight", async () => {
    const preview = await openSample();
    await rowOfKey(preview, "plan").click();
    await answerDetails(preview, "plan");
    await preview.page.locator("[data-choice=parent]").click();
    assert.deepEqual(await preview.waitForPosted("choose"), {
      type: "choose",
      planId: 1,
      key: "plan",
      choice: { take: "parent" },
    });
    const { parent } = detailsOfKey("plan");
    const kept = detailsOfKey("plan", { kind: "unchanged", take: "parent", by: "choice", result: parent });
    await preview.send({ type: "rows", planId: 1, counts: samplePlan().counts, rows: [rowOf(kept)] });
    await preview.send({ type: "details", planId: 1, details: kept });
    await preview.page.locator(".decision[data-decision=you]").waitFor();
    assert.equal(await textOf(preview, ".decision"), "Decided by you · Undo");
    assert.equal(await preview.page.locator("[data-choice=parent]").getAttribute("aria-pressed"), "true");
    assert.equal(await preview.page.locator("[data-choice=overlay]").getAttribute("aria-pressed"), "false");
    assert.match(await textOf(preview, ".sentence"), /Merging keeps .* researcher_a's change is dropped\.$/);
    assert.match(await textOf(preview, '.side[data-side="overlay"]'), /will be dropped$/);
    assert.match((await rowOfKey(preview, "plan").getAttribute("aria-label"))!, /Decided by you/);
    assert.equal(await rowOfKey(preview, "plan").locator(".flag.you").count(), 1);
    assert.equal(await isFocused(preview, "[data-choice=parent]"), true);
    await assertAccessible(preview.page);
    await button(preview, "Undo").click();
    assert.deepEqual((await preview.waitForPosted("choose")).choice, null);
    await preview.page.locator("[data-choice=overlay]").click();
    assert.deepEqual((await preview.waitForPosted("choose")).choice, { take: "overlay" });
  });

  it("says who decides where it is not the policy that simply overwrites", async () => {
    const preview = await openPreview();
    const conflict = detailsOfKey("shared_counter");
    const cases = [
      { ...conflict, key: "both", take: "merged" as const },
      { ...conflict, key: "answered", take: "value" as const, by: "resolver" as const, result: side("7") },
      { ...conflict, key: "script", kind: "unchanged" as const, take: "undecided" as const, by: "resolver" as const },
      { ...conflict, key: "nobody", kind: "unchanged" as const, take: "undecided" as const, result: side("9") },
    ];
    const rows = cases.map(rowOf);
    await preview.send(samplePlan({ policy: "auto", rows, counts: countsOf(rows) }));
    const said: Record<string, string> = {};
    for (const details of cases) {
      await rowOfKey(preview, details.key).click();
      await answerDetails(preview, details.key, 1, details);
      said[details.key] = `${await textOf(preview, ".decision")} | ${await textOf(preview, ".sentence")}`;
    }
    const story = "lead changed this from 3 to 9 while researcher_a was working, and researcher_a wants 5.";
    assert.deepEqual(said, {
      both: `Merged from both | ${story} The two changes do not overlap: merging keeps both, as 5.`,
      answered: `Decided by the script's resolver | ${story} Merging writes what the script's resolver answered: 7.`,
      script: `Decided by the script | ${story} The script decides between them when it merges, with a function of its own.`,
      nobody: `Refused: nobody decides | ${story} Nobody decides between them, so the merge is refused. Choose a side below, or edit the result.`,
    });
    assert.match(await textOf(preview, ".summary"), /1 key is undecided, so the merge is refused/);
    assert.match(await textOf(preview, ".summary"), /1 conflict is decided by the script when it merges/);
    assert.match((await rowOfKey(preview, "nobody").getAttribute("aria-label"))!, /Refused: nobody decides/);
    await assertAccessible(preview.page);
  });

  it("edits a result as JSON: checked while one types, applied by Ctrl+Enter, closed when it was taken", async () => {
    const preview = await openSample();
    await preview.page.locator("[data-choice=edit]").click();
    assert.equal(await editor(preview).inputValue(), "5");
    assert.equal(await isFocused(preview, "textarea.editor-text"), true);
    const problems: Record<string, string> = {};
    const texts = ["{", '{\n  "a": 1,\n  b: 2\n}', "[1, 2", "[1,\n]", '"abc', '{"a" 1}', "1 2", "nul", "01", '"\\x"'];
    for (const text of texts) {
      await editor(preview).fill(text);
      problems[text] = await textOf(preview, ".editor-problem");
      assert.equal(await editor(preview).getAttribute("aria-invalid"), "true");
      await isOff(preview, "Apply");
    }
    assert.deepEqual(problems, {
      "{": "Line 1, column 2: the text ends, but a property name in double quotes is expected.",
      '{\n  "a": 1,\n  b: 2\n}': "Line 3, column 3: a property name in double quotes is expected.",
      "[1, 2": 'Line 1, column 6: the text ends, but "," or "]" is expected.',
      "[1,\n]": "Line 2, column 1: a value is expected.",
      '"abc': "Line 1, column 5: the text ends, but a closing double quote is expected.",
      '{"a" 1}': 'Line 1, column 6: ":" is expected.',
      "1 2": "Line 1, column 3: the end is expected.",
      nul: "Line 1, column 1: a value is expected.",
      "01": "Line 1, column 1: a value is expected.",
      '"\\x"': "Line 1, column 2: a valid JSON escape is expected.",
    });
    await preview.page.keyboard.press("Control+Enter");
    assert.equal(
      (await preview.posted()).some(({ type }) => type === "choose"),
      false,
    );
    await editor(preview).fill('{\n  "count": 14\n}');
    assert.equal(await preview.page.locator(".editor-problem").isVisible(), false);
    await assertAccessible(preview.page);
    await preview.page.keyboard.press("Control+Enter");
    assert.deepEqual(await preview.waitForPosted("choose"), {
      type: "choose",
      planId: 1,
      key: "shared_counter",
      choice: { json: '{\n  "count": 14\n}' },
    });
    await preview.send({ type: "editRefused", planId: 1, key: "shared_counter", text: "The key has left the plan." });
    await preview.page.locator(".editor-problem", { hasText: "The key has left the plan." }).waitFor();
    assert.equal(await editor(preview).inputValue(), '{\n  "count": 14\n}');
    await button(preview, "Apply").click();
    const details = detailsOfKey("shared_counter", {
      take: "value",
      by: "choice",
      result: side('{\n  "count": 14\n}'),
      editText: '{\n  "count": 14\n}',
    });
    await preview.send({ type: "rows", planId: 1, counts: samplePlan().counts, rows: [rowOf(details)] });
    await preview.send({ type: "details", planId: 1, details });
    await waitFor("the editor to close", async () => !(await editor(preview).isVisible()));
    assert.equal(await textOf(preview, ".decision"), "Decided by you · Undo");
    assert.match(await textOf(preview, ".sentence"), /Merging writes what you entered: \{ "count": 14 \}\.$/);
    assert.match(await textOf(preview, ".summary"), /1 conflict is settled/);
  });

  it("closes the editor also where the text comes to what the overlay holds", async () => {
    const preview = await openSample();
    await edit(preview, " 5 ");
    await preview.page.keyboard.press("Control+Enter");
    await preview.waitForPosted("choose");
    const details = detailsOfKey("shared_counter", { by: "choice" });
    await preview.send({ type: "rows", planId: 1, counts: samplePlan().counts, rows: [rowOf(details)] });
    await preview.send({ type: "details", planId: 1, details });
    await waitFor("the editor to close", async () => !(await editor(preview).isVisible()));
  });

  it("edits a key away by an empty text, and says so", async () => {
    const preview = await openSample();
    await edit(preview, "  \n");
    assert.match(await textOf(preview, ".editor-hint"), /^Empty: the merge leaves the key absent\./);
    await button(preview, "Apply").click();
    assert.deepEqual((await preview.waitForPosted("choose")).choice, { json: "" });
  });

  it("keeps an edit through new plans, other keys, and being hidden; says when the parent changed under it", async () => {
    const preview = await openSample();
    await edit(preview, "[1, 2, ");
    await preview.page.keyboard.press("Control+Home");
    await preview.send(samplePlan({ planId: 2 }));
    await answerDetails(preview, "shared_counter", 2);
    assert.equal(await preview.page.locator(".editor-warning").isVisible(), false);
    const moved = detailsOfKey("shared_counter", { parent: side("11", "lead", 12, 40) });
    await preview.send(samplePlan({ planId: 3 }));
    await answerDetails(preview, "shared_counter", 3, moved);
    await preview.page
      .locator(".editor-warning", { hasText: "The parent has changed since you began editing" })
      .waitFor();
    assert.equal(await isFocused(preview, "textarea.editor-text"), true);
    await preview.page.keyboard.type("/");
    assert.equal(await editor(preview).inputValue(), "/[1, 2, ");

    await rowOfKey(preview, "plan").click();
    await answerDetails(preview, "plan", 3);
    assert.equal(await editor(preview).isVisible(), false);
    assert.match(await textOf(preview, "[data-notice=drafts]"), /not applied yet: shared_counter/);
    assert.match((await rowOfKey(preview, "shared_counter").getAttribute("aria-label"))!, /Edit not applied/);
    await preview.page.locator("[data-notice=drafts] .link").click();
    await answerDetails(preview, "shared_counter", 3, moved);
    assert.equal(await editor(preview).inputValue(), "/[1, 2, ");

    await preview.reload();
    await preview.send(samplePlan({ planId: 4 }));
    await answerDetails(preview, "shared_counter", 4, moved);
    assert.equal(await editor(preview).inputValue(), "/[1, 2, ");
    assert.equal(await preview.page.locator(".editor-warning").isVisible(), true);

    await editor(preview).focus();
    await preview.page.keyboard.press("Escape");
    await editor(preview).waitFor({ state: "hidden" });
    assert.equal(await isFocused(preview, "[data-choice=edit]"), true);
    await button(preview, "Bring back the cancelled edit").click();
    assert.equal(await editor(preview).inputValue(), "/[1, 2, ");

    await preview.send(
      samplePlan({ planId: 5, rows: sampleDetails.filter(({ key }) => key !== "shared_counter").map(rowOf) }),
    );
    await preview.page.locator("[data-notice=drafts]", { hasText: "no longer part of this merge" }).waitFor();
    await button(preview, "Copy the Text").click();
    assert.deepEqual(await preview.waitForPosted("copy"), { type: "copy", text: "/[1, 2, " });
    await button(preview, "Drop It").click();
    // Drawn only after the mouse is released.
    await preview.page.locator("[data-notice=drafts]").waitFor({ state: "hidden" });
  });

  it("does not offer to edit what is too long, and says so", async () => {
    const preview = await openPreview();
    await preview.send(samplePlan());
    await answerDetails(preview, "shared_counter", 1, detailsOfKey("shared_counter", { editText: undefined }));
    assert.equal(await preview.page.locator("[data-choice=edit]").isDisabled(), true);
    assert.match((await preview.page.locator("[data-choice=edit]").getAttribute("title"))!, /too long/);
  });

  it("tells stale reads as advice, with their events and lines, and leaves Merge alone", async () => {
    const preview = await openPreview();
    const reads = staleReads();
    const details = detailsOfKey("shared_counter", { staleReads: reads });
    const rows = [rowOf(details), rowOf(detailsOfKey("plan", { staleReads: reads }))];
    await preview.send(samplePlan({ rows, staleReads: reads }));
    await answerDetails(preview, "shared_counter", 1, details);
    assert.equal(
      await textOf(preview, ".stale-list li"),
      "researcher_a read budget = 100 at revision 5 (event 12, race.ts:9); lead wrote 80, revision 9 (event 20, lead.ts:4), before this merge. Written after that read: plan, summary.",
    );
    assert.match(await textOf(preview, ".details-stale"), /researcher_a read budget = 100/);
    assert.equal(await button(preview, "Merge").isDisabled(), false);
    assert.match((await rowOfKey(preview, "plan").getAttribute("aria-label"))!, /Stale/);
    const list = preview.page.locator(".stale-list");
    await list.getByText("event 12").click();
    assert.deepEqual(await preview.waitForPosted("showEvent"), { type: "showEvent", seq: 12 });
    await list.getByText("event 20").click();
    assert.deepEqual(await preview.waitForPosted("showEvent"), { type: "showEvent", seq: 20 });
    await list.getByText("race.ts:9").click();
    assert.deepEqual(await preview.waitForPosted("goToWriter"), { type: "goToWriter", seq: 12 });
    await preview.page.locator(".details-stale").getByText("lead.ts:4").click();
    assert.deepEqual(await preview.waitForPosted("goToWriter"), { type: "goToWriter", seq: 20 });
    await list.getByText("plan", { exact: true }).click();
    assert.equal(await selectedKey(preview), "plan");
    await assertAccessible(preview.page);
  });

  it("folds many stale reads into one line, and stays unfolded through plans and being hidden", async () => {
    const preview = await openSample({ staleReads: staleReads(100), staleReadCount: 250 });
    const head = preview.page.locator(".stale-head");
    assert.equal(await head.getAttribute("aria-expanded"), "false");
    assert.match(await textOf(preview, ".stale-head"), /acted on 250 values that have changed since/);
    await head.focus();
    await preview.page.keyboard.press("Enter");
    assert.equal(await preview.page.locator(".stale-list li").count(), 101);
    assert.equal(await isFocused(preview, ".stale-head"), true);
    await preview.page.locator(".stale-reads").evaluate((section) => void (section.scrollTop = 300));
    await preview.send(samplePlan({ planId: 2, staleReads: staleReads(99), staleReadCount: 249 }));
    await waitFor("the new count", async () => /249 values/.test(await textOf(preview, ".stale-head")));
    assert.equal(await isFocused(preview, ".stale-head"), true);
    assert.equal(await preview.page.locator(".stale-reads").evaluate((section) => section.scrollTop), 300);
    await preview.reload();
    await preview.send(samplePlan({ planId: 3, staleReads: staleReads(3) }));
    await preview.page.locator(".stale-list li").nth(2).waitFor();
  });

  it("keeps its buttons in sight in a low window, where the rest scrolls", async () => {
    const preview = await openPreview({ width: 900, height: 460 });
    await preview.send(samplePlan({ hold: sampleHold({ outdated: true }), staleReads: staleReads(2), siblings: 3 }));
    await answerDetails(preview, "shared_counter");
    assert.equal(await preview.page.locator(".stale-head").getAttribute("aria-expanded"), "false");
    await preview.page.locator("main").evaluate((page) => void (page.scrollTop = page.scrollHeight));
    await preview.page.locator("#keys [role=option]").nth(5).click();
    await button(preview, "Approve").click();
    await preview.waitForPosted("approve");
    await assertAccessible(preview.page);
  });

  it("offers a held merge's own actions in place of Merge and Discard", async () => {
    const preview = await openSample({ planId: 4, hold: sampleHold() });
    assert.equal(await textOf(preview, ".hold-title"), "researcher_a's merge waits for you · held merge 1 of 3");
    assert.match(await textOf(preview, ".hold-words .quiet"), /^Held because it conflicts .* Since 12:00:04\.384\./);
    assert.equal(await button(preview, "Merge").isVisible(), false);
    assert.equal(await button(preview, "Discard").isVisible(), false);
    await button(preview, "Approve").click();
    assert.deepEqual(await preview.waitForPosted("approve"), { type: "approve", planId: 4 });
    await rowOfKey(preview, "plan").locator(".tick-cell").click();
    await button(preview, "Approve 6 of 7").click();
    await button(preview, "Reject…").click();
    assert.deepEqual(await preview.waitForPosted("reject"), { type: "reject", planId: 4 });
    await button(preview, "Next Held Merge").click();
    assert.deepEqual(await preview.waitForPosted("showHold"), { type: "showHold", to: "next" });
    await button(preview, "Previous Held Merge").click();
    assert.deepEqual(await preview.waitForPosted("showHold"), { type: "showHold", to: "previous" });
    await button(preview, "Release All").click();
    assert.deepEqual(await preview.waitForPosted("releaseAll"), { type: "releaseAll" });
    await assertAccessible(preview.page);

    const undecided = detailsOfKey("shared_counter", { take: "undecided", kind: "unchanged" });
    const rows = [rowOf(undecided)];
    await preview.send(
      samplePlan({ planId: 5, rows, hold: sampleHold({ reason: "always", outdated: true, count: 1 }), heldCount: 1 }),
    );
    await preview.page.locator(".hold-warning", { hasText: "which is outdated" }).waitFor();
    await preview.page.locator(".hold-warning", { hasText: "policy refuses this merge" }).waitFor();
    assert.match(await textOf(preview, ".hold-words .quiet"), /you asked to hold every merge/);
    assert.equal(await button(preview, "Release All").isVisible(), false);
    assert.equal(await button(preview, "Next Held Merge").isVisible(), false);
    await preview.page.getByRole("checkbox").click();
    await isOff(preview, "Approve");
    assert.equal(await button(preview, "Reject…").isDisabled(), false);

    await preview.send(samplePlan({ planId: 6, hold: sampleHold(), disabledReason: "The past is shown." }));
    await isOff(preview, "Reject…");
    await isOff(preview, "Approve");
    await preview.send(samplePlan({ planId: 7 }));
    await button(preview, "Merge").waitFor();
    assert.equal(await preview.page.locator(".hold-banner").isVisible(), false);

    // Of a recording, or a run that has ended, nobody decides anything.
    const over = sampleHold({ over: true, outdated: true });
    await preview.send(samplePlan({ planId: 8, hold: over, disabledReason: "This is a recording." }));
    await preview.page
      .locator(".hold-title", { hasText: "researcher_a's merge was held · held merge 1 of 3" })
      .waitFor();
    for (const name of ["Approve", "Reject…", "Release All", "Merge", "Discard"]) {
      assert.equal(await button(preview, name).isVisible(), false, name);
    }
    assert.equal(await preview.page.locator(".hold-warning").count(), 0);
    await button(preview, "Next Held Merge").waitFor();
    await assertAccessible(preview.page);
  });

  it("keeps the keyboard on the button that decides, from one held merge to the next", async () => {
    const preview = await openSample({ planId: 2, hold: sampleHold() });
    const focused = (): Promise<string> => preview.page.evaluate<string>("document.activeElement.textContent.trim()");
    await preview.send({ type: "focusDecision", on: "approve" });
    await waitFor("the focus on Approve", async () => (await focused()) === "Approve");
    await preview.page.keyboard.press("Enter");
    await preview.waitForPosted("approve");

    // While the script is asked the buttons are off; then there is nothing to decide, and then the next one is there.
    await preview.send({ type: "command", state: "waiting", text: "Waiting…" });
    await isOff(preview, "Approve");
    await preview.send(samplePlan({ planId: 3 }));
    await preview.send({
      type: "command",
      state: "idle",
      text: "Approved the merge of researcher_a: 7 keys were merged.",
    });
    await preview.page.locator("[data-notice=command]", { hasText: "Approved the merge of researcher_a" }).waitFor();
    await waitFor("the focus in the list", () => isFocused(preview, "#keys"));
    await preview.send(samplePlan({ planId: 4, hold: sampleHold({ id: 40, number: 2 }) }));
    await waitFor("the focus on Approve again", async () => (await focused()) === "Approve");

    // A key that is held down does not run through all that waits.
    await preview.page.keyboard.down("Enter");
    await preview.page.keyboard.down("Enter");
    await preview.page.keyboard.up("Enter");
    await preview.page.keyboard.press("Tab");
    assert.equal((await preview.posted()).filter(({ type }) => type === "approve").length, 2);

    // Whoever has gone on is left there.
    const next = await focused();
    await preview.send(samplePlan({ planId: 5, hold: sampleHold({ id: 41, number: 3 }) }));
    await preview.page.locator(".hold-title", { hasText: "held merge 3 of 3" }).waitFor();
    assert.equal(await focused(), next);
  });

  it("offers Merge only where it would do something, and says so", async () => {
    const rows = [rowOf(detailsOfKey("plan", { kind: "unchanged", conflict: false }))];
    const preview = await openPreview();
    await preview.send(samplePlan({ planId: 2, rows, pending: false }));
    await isOff(preview, "Merge");
    const mergeTitle = async (): Promise<string> =>
      (await preview.page.locator("vscode-button[aria-label='Merge']").getAttribute("title")) ?? "";
    assert.match(await mergeTitle(), /^There is nothing to merge: shared already has every value/);
    assert.equal(await button(preview, "Discard").isDisabled(), false);
    // What is pending is settled by a merge, so that a run that waits for it can end.
    await preview.send(samplePlan({ planId: 3, rows, pending: true }));
    await waitFor("Merge to be on", async () => !(await button(preview, "Merge").isDisabled()));
    assert.match(await mergeTitle(), /counts as merged afterwards/);
    await preview.send(samplePlan({ planId: 4, rows: [], pending: false }));
    await isOff(preview, "Merge");
    assert.match(await mergeTitle(), /the overlay of researcher_a is empty/);
  });

  it("says that other agents' merges are held, and shows them", async () => {
    const preview = await openSample({ heldCount: 3 });
    assert.match(await textOf(preview, ".hold-others"), /^3 merges of other agents are held and wait for you\./);
    await button(preview, "Show the First").click();
    assert.deepEqual(await preview.waitForPosted("showHold"), { type: "showHold", to: "next" });
  });

  it("sets which merges wait, for the run and for the agent, by keyboard", async () => {
    const preview = await openSample({ holdMode: { run: "onProblem", agent: undefined } });
    const run = preview.page.getByRole("combobox", { name: "Which merges of this run wait for you" });
    const agent = preview.page.getByRole("combobox", { name: "Which merges of this agent wait for you" });
    assert.deepEqual(await run.locator("option").allTextContents(), ["run: never", "run: on a problem", "run: always"]);
    assert.equal(await run.evaluate((select) => (select as unknown as { selectedIndex: number }).selectedIndex), 1);
    await run.focus();
    await preview.page.keyboard.press("ArrowDown");
    assert.deepEqual(await preview.waitForPosted("setHold"), { type: "setHold", scope: "run", mode: "always" });
    await agent.selectOption({ label: "researcher_a: never" });
    assert.deepEqual(await preview.waitForPosted("setHold"), { type: "setHold", scope: "agent", mode: "never" });
    await preview.send(samplePlan({ planId: 2, holdMode: { run: "always", agent: "never" } }));
    await agent.selectOption({ label: "researcher_a: as the run" });
    assert.deepEqual(await preview.waitForPosted("setHold"), { type: "setHold", scope: "agent", mode: "inherit" });
    await preview.send(samplePlan({ planId: 3, disabledReason: "The run has ended." }));
    await waitFor("the modes to be off", () => run.isDisabled());
  });

  it("says which keys moved instead of merging, until it is dismissed or merged again", async () => {
    const preview = await openSample();
    const moved = { keys: ["budget", "plan"], more: 2 };
    const notice = preview.page.locator("[data-notice=moved]");
    await preview.send(samplePlan({ planId: 2, moved }));
    await notice.waitFor();
    assert.equal(
      await textOf(preview, "[data-notice=moved]"),
      "Not merged: budget, plan and 2 more changed since this plan was shown. Here is the new plan; review it and merge again.",
    );
    await preview.send(samplePlan({ planId: 3 }));
    await answerDetails(preview, "shared_counter", 3);
    assert.equal(await notice.isVisible(), true);
    await notice.getByRole("button", { name: "Dismiss" }).click();
    await preview.send(samplePlan({ planId: 4, moved }));
    await answerDetails(preview, "shared_counter", 4);
    assert.equal(await notice.isVisible(), false);
    await button(preview, "Merge").click();
    await preview.send(samplePlan({ planId: 5, moved }));
    await notice.waitFor();
    await button(preview, "Merge").click();
    await notice.waitFor({ state: "hidden" });
  });

  it("says so where the plan was replaced in the moment of the click", async () => {
    const preview = await openSample();
    await button(preview, "Merge").click();
    await preview.send(samplePlan({ planId: 2 }));
    await preview.page.locator("[data-notice=moved]", { hasText: "the plan has just changed" }).waitFor();
    await button(preview, "Merge").click();
    await preview.send({ type: "command", state: "waiting", text: "" });
    await preview.send({ type: "command", state: "idle", text: "" });
    await preview.send(samplePlan({ planId: 3 }));
    await answerDetails(preview, "shared_counter", 3);
    assert.equal(await preview.page.locator("[data-notice=moved]").isVisible(), false);
  });

  it("leads to orders, history, writers and both comparisons", async () => {
    const preview = await openPreview();
    const details = detailsOfKey("shared_counter", { parent: side("9", "lead", 9, 24, "race.ts:21") });
    await preview.send(samplePlan({ siblings: 3 }));
    await answerDetails(preview, "shared_counter", 1, details);
    await button(preview, "Compare Merge Orders").click();
    assert.deepEqual(await preview.waitForPosted("compareOrders"), { type: "compareOrders" });
    await button(preview, "Show History").click();
    assert.deepEqual(await preview.waitForPosted("showHistory"), { type: "showHistory", key: "shared_counter" });
    await button(preview, "Break on Write").click();
    assert.deepEqual(await preview.waitForPosted("breakOnWrite"), { type: "breakOnWrite", key: "shared_counter" });
    const parent = preview.page.locator('.side[data-side="parent"]');
    await parent.getByText("race.ts:21").click();
    assert.deepEqual(await preview.waitForPosted("goToWriter"), { type: "goToWriter", seq: 24 });
    await parent.getByText("event 24").click();
    assert.deepEqual(await preview.waitForPosted("showEvent"), { type: "showEvent", seq: 24 });
    await button(preview, "Compare This Key's Base with Its Overlay").click();
    assert.deepEqual(await preview.waitForPosted("openDiffEditor"), {
      type: "openDiffEditor",
      planId: 1,
      key: "shared_counter",
      compare: "base",
    });
    await button(preview, "Compare Base with Overlay in Diff Editor").click();
    assert.deepEqual(await preview.waitForPosted("openDiffEditor"), {
      type: "openDiffEditor",
      planId: 1,
      compare: "base",
    });
    await preview.send(samplePlan({ planId: 2, siblings: 1 }));
    await waitFor(
      "one agent to have no order",
      async () => !(await button(preview, "Compare Merge Orders").isVisible()),
    );
  });

  it("tells a lost update among three agents to someone who has never seen it", async () => {
    const preview = await openPreview();
    const rows = raceDetails.map(rowOf);
    await preview.send(samplePlan({ agent: "writer", rows, siblings: 2, staleReads: [] }));
    await answerDetails(preview, "counter", 1, raceDetails[0]);
    assert.equal(
      await textOf(preview, ".summary"),
      "Merging changes 1 key of shared, which someone else changed while writer was working: that change would be lost. To prevent it, keep the parent's value or edit the result below.",
    );
    assert.equal(
      await textOf(preview, ".sentence"),
      "reviewer changed this from 10 to 15 while writer was working from 10. Merging overwrites 15 with 12: reviewer's change is lost.",
    );
    assert.equal(
      await textOf(preview, ".choice-sides"),
      "Take overlay 12 · writer Keep parent 15 · reviewer Edit result…",
    );
    assert.match(await textOf(preview, '.side[data-side="parent"]'), /reviewer .* race\.ts:21 will be overwritten$/);
  });

  it("shows hostile texts as text in every new place", async () => {
    const markup = '<img src=x onerror="document.title=1"><style>*{color:red}</style>\u202E';
    const [read] = staleReads();
    const reads = [
      {
        ...read!,
        key: markup,
        read: { ...read!.read, text: markup, site: markup },
        now: { ...read!.now, actor: markup, text: markup, site: markup },
        dependents: [{ key: markup, seq: 1 }],
      },
    ];
    const details = detailsOfKey("shared_counter", {
      key: markup,
      parent: side(JSON.stringify(markup), markup, 9, 24, markup),
      editText: JSON.stringify(markup),
      staleReads: reads,
    });
    const preview = await openPreview();
    const rows = [rowOf(details), rowOf({ ...details, key: `${markup} 2` })];
    const moved = { keys: [markup], more: 0 };
    await preview.send(
      samplePlan({
        agent: markup,
        parentName: markup,
        rows,
        staleReads: reads,
        hold: sampleHold(),
        moved,
        siblings: 2,
      }),
    );
    await preview.send({ type: "details", planId: 1, details });
    await preview.page.locator("[data-choice=edit]").click();
    assert.equal(await editor(preview).inputValue(), JSON.stringify(markup));
    await editor(preview).fill(`${markup}x`);
    await preview.send({ type: "editRefused", planId: 1, key: markup, text: markup });
    await preview.page.locator("#keys [role=option]").nth(1).click();
    await preview.send({ type: "details", planId: 1, details: { ...details, key: `${markup} 2` } });
    await preview.page.locator("[data-notice=drafts] .link").waitFor();
    await waitFor("the hidden character to be shown", async () => /U\+202E/.test(await textOf(preview, ".hold-title")));
    assert.equal(await preview.page.locator("img, style:not([nonce]), [style*=red]").count(), 0);
    assert.notEqual(await preview.page.title(), "1");
    await assertAccessible(preview.page);
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    it(`fits a ${theme} theme with everything at once, wide and narrow`, async () => {
      const preview = await openPreview({ theme });
      const reads = staleReads(2);
      const undecided = detailsOfKey("shared_counter", { take: "undecided", kind: "unchanged", staleReads: reads });
      const rows = [undecided, ...sampleDetails.filter(({ key }) => key !== "shared_counter")].map((each, index) => ({
        ...rowOf(each),
        ticked: index % 2 === 0,
      }));
      const hold = sampleHold({ outdated: true });
      const moved = { keys: ["budget"], more: 0 };
      await preview.send(samplePlan({ rows, staleReads: reads, hold, moved, siblings: 3 }));
      await answerDetails(preview, "shared_counter", 1, undecided);
      await edit(preview, "{");
      await assertAccessible(preview.page);
      await preview.page.setViewportSize({ width: 450, height: 900 });
      await assertAccessible(preview.page);
    });
  }
});
