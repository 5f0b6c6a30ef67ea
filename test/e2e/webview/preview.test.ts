/** Tests the merge preview's page in a real browser, with the extension's side played by the test. */

import assert from "node:assert/strict";
import { itWhenLong } from "../../harness/long";
import { waitFor } from "../../harness/waitFor";
import { assertAccessible, assertReachable, EDITOR_SIZES } from "./harness/accessibility";
import { answerDetails, keysShown, openPreview as open, selectedKey } from "./harness/previewPage";
import { manyRows, rowOf, sampleDetails, samplePlan, side, silentLoss } from "./harness/samples";
import type { Theme } from "./harness/webviewPage";
import { closePagesAfterEach } from "./harness/webviewPage";

describe("merge preview webview", () => {
  closePagesAfterEach();

  it("shows each kind of key by word, sign and texts, conflicts first, unchanged ones hidden but counted", async () => {
    const preview = await open();
    await preview.send(samplePlan());
    await preview.page.locator("#keys [role=option]").first().waitFor();
    assert.deepEqual(await keysShown(preview), [
      "shared_counter",
      "draft",
      "notes",
      "summary",
      "plan",
      "todo/obsolete",
    ]);
    const drawn = await preview.page
      .locator("#keys [role=option]")
      .evaluateAll((rows) =>
        rows.map((row) => (row as unknown as { innerText: string }).innerText.replaceAll(/\s+/g, " ").trim()),
      );
    assert.deepEqual(drawn.slice(0, 2), ["! shared_counter Conflict 9 → 5", '! draft Conflict not there → "v2"']);
    assert.match(drawn[3]!, /^A summary Added not there → \{ "files": 12/);
    assert.equal(drawn[5], 'D todo/obsolete Deleted "remove me" → not there');
    const chips = await preview.page
      .locator(".chip:visible")
      .evaluateAll((all) => all.map((chip) => `${chip.getAttribute("aria-pressed")} ${chip.textContent}`));
    assert.deepEqual(chips, [
      "true !Conflict3",
      "true AAdded1",
      "true MModified1",
      "true DDeleted1",
      "false =Unchanged1",
    ]);
    assert.equal(
      await preview.page
        .locator(".title")
        .innerText()
        .then((text) => text.replaceAll(/\s+/g, " ")),
      "Merge preview: researcher_a into shared",
    );
    assert.match(
      await preview.page.locator(".summary").innerText(),
      /Merging changes 6 keys of shared\. 3 of them were changed by others/,
    );
    await assertAccessible(preview.page);
  });

  it("shows unchanged keys where there are no others", async () => {
    const preview = await open();
    await preview.send(samplePlan({ rows: sampleDetails.filter(({ kind }) => kind === "unchanged").map(rowOf) }));
    await preview.page.locator("#keys [role=option]").first().waitFor();
    assert.deepEqual(await keysShown(preview), ["budget"]);
    assert.match(await preview.page.locator(".summary").innerText(), /Nothing would change/);
  });

  it("tells work that is lost though nothing conflicts before all else but conflicts, and hides none of it", async () => {
    const preview = await open();
    const added = sampleDetails.filter(({ kind }) => kind === "added" || kind === "unchanged").slice(0, 2);
    const drawn = (): Promise<string[]> =>
      preview.page
        .locator("#keys [role=option]")
        .evaluateAll((rows) =>
          rows.map((row) => (row as unknown as { innerText: string }).innerText.replaceAll(/\s+/g, " ").trim()),
        );
    await preview.send(samplePlan({ rows: [...added, silentLoss].map(rowOf) }));
    await preview.page.locator("#keys [role=option]").first().waitFor();
    assert.equal((await drawn())[0], "L steps Loss 1 = 1");
    assert.equal(await preview.page.locator(".chip[data-category=loss]").innerText(), "L\nLoss\n1");
    assert.match(
      await preview.page.locator(".summary").innerText(),
      /1 key loses somebody's work though nothing conflicts: see Loss\./,
    );
    await preview.page.locator("#keys [role=option]").first().click();
    await answerDetails(preview, "steps", 1, silentLoss);
    assert.equal(await preview.page.locator(".pane-details .kind").first().innerText(), "Loss · Unchanged");
    assert.equal(
      await preview.page.locator(".sentence.loss").innerText(),
      "researcher_a and planner both made 1 of what they had read: if each counted one on, a step is lost.",
    );
    await assertAccessible(preview.page);
    // Alone, it is no plan that changes nothing and could be passed over.
    await preview.send(samplePlan({ planId: 2, rows: [rowOf(silentLoss)] }));
    await preview.page.locator(".summary", { hasText: "Nothing would change" }).waitFor();
    assert.match(await preview.page.locator(".summary").innerText(), /1 key loses somebody's work/);
  });

  it("says in one sentence what a merge does to a key, for every kind", async () => {
    const preview = await open();
    await preview.send(samplePlan());
    const sentences: Record<string, string> = {};
    await preview.page.locator(".chip[data-category=unchanged]").click();
    for (const key of sampleDetails.map((details) => details.key)) {
      await preview.page
        .locator("#keys [role=option]", { has: preview.page.locator(".key", { hasText: new RegExp(`^${key}$`) }) })
        .click();
      await answerDetails(preview, key);
      sentences[key] = await preview.page.locator(".sentence").innerText();
    }
    assert.deepEqual(sentences, {
      shared_counter:
        "lead changed this from 3 to 9 while researcher_a was working from 3. Merging overwrites 9 with 5: lead's change is lost.",
      draft:
        'lead deleted this key while researcher_a was working from "v1". Merging brings it back as "v2": the deletion is lost.',
      notes:
        'researcher_b and researcher_a both added this key. Merging overwrites researcher_b\'s "from b" with researcher_a\'s "from a".',
      summary: 'New key: researcher_a wrote { "files": 12, "verdict": "need…, and shared does not have it yet.',
      plan: 'researcher_a changed this from { "title": "Review the parser",… to { "title": "Review the old pars…. Nobody else has changed it meanwhile.',
      "todo/obsolete":
        'researcher_a deleted this key: merging removes "remove me" from shared. Nobody else has changed it meanwhile.',
      budget: "Unchanged: shared already has this value, 100.",
    });
  });

  it("warns of a value written back over someone else's change, which no plan calls a conflict", async () => {
    const preview = await open();
    const details = {
      ...sampleDetails.find(({ key }) => key === "shared_counter")!,
      conflict: false,
      overlay: side("3", "researcher_a", 2, 18),
      result: side("3"),
    };
    await preview.send(samplePlan({ rows: [rowOf(details)] }));
    await preview.waitForPosted("wantDetails");
    await preview.send({ type: "details", planId: 1, details });
    const sentence = preview.page.locator(".sentence.loss");
    await sentence.waitFor();
    assert.match(
      await sentence.innerText(),
      /wrote back the value it started from\. Meanwhile lead changed it from 3 to 9/,
    );
  });

  it("shows the four values with their writers, and the difference inside them", async () => {
    const preview = await open();
    await preview.send(samplePlan());
    await answerDetails(preview, "shared_counter");
    const boxes = await preview.page
      .locator(".side")
      .evaluateAll((all) =>
        all.map((box) => (box as unknown as { innerText: string }).innerText.split(/\n+/).filter(Boolean)),
      );
    assert.deepEqual(boxes, [
      ["Base", "what researcher_a started from", "3", "setup · revision 4 · event 2 · 12:00:00.274"],
      [
        "Parent now",
        "what shared holds: changed since",
        "9",
        "lead · revision 9 · event 24 · 12:00:03.288",
        "will be overwritten",
      ],
      ["Overlay", "what researcher_a wrote", "5", "researcher_a · revision 2 · event 18 · 12:00:02.466"],
      ["After merge", "what shared will hold", "5", "written as researcher_a"],
    ]);
    assert.deepEqual(await preview.page.locator(".difference del").allTextContents(), ["9"]);
    assert.deepEqual(await preview.page.locator(".difference ins").allTextContents(), ["5"]);
    await preview.page.locator("#keys [role=option]", { hasText: "plan" }).click();
    await answerDetails(preview, "plan");
    assert.equal(await preview.page.locator(".difference-line").count(), 10);
    assert.deepEqual(await preview.page.locator(".difference ins").allTextContents(), [
      "old ",
      '"report"',
      '"researcher_a"',
    ]);
    await assertAccessible(preview.page);
  });

  it("filters by words of the key, says how many are left, and Escape brings all back", async () => {
    const preview = await open();
    await preview.send(samplePlan());
    await preview.page.keyboard.press("/");
    await preview.page.keyboard.type("O D");
    await waitFor(
      "the filtered list",
      async () => (await keysShown(preview)).join() === "shared_counter,todo/obsolete",
    );
    assert.equal(await preview.page.locator(".shown-count").innerText(), "2 of 7 keys");
    await preview.page.keyboard.type("zzz");
    await preview.page.getByText("No key that is shown matches the filter.").waitFor();
    await preview.page.keyboard.press("Escape");
    await waitFor("all keys", async () => (await keysShown(preview)).length === 6);
    await preview.page.keyboard.press("Control+f");
    await preview.page.keyboard.type("plan");
    await preview.page.keyboard.press("ArrowDown");
    assert.equal(await selectedKey(preview), "plan");
    await preview.page.keyboard.press("Escape");
    await waitFor("all keys", async () => (await keysShown(preview)).length === 6);
    assert.equal(await selectedKey(preview), "plan");
  });

  it("toggles kinds by chips, and offers all when none is left", async () => {
    const preview = await open();
    await preview.send(samplePlan());
    for (const category of ["conflict", "added", "modified"]) {
      await preview.page.locator(`.chip[data-category=${category}]`).click();
    }
    await waitFor("deleted keys alone", async () => (await keysShown(preview)).join() === "todo/obsolete");
    await preview.page.locator(".chip[data-category=deleted]").click();
    await preview.page.getByText("The filters above hide all keys.").waitFor();
    await preview.page.getByRole("button", { name: "Show All Keys" }).click();
    await waitFor("all keys", async () => (await keysShown(preview)).length === 7);
  });

  it("is used by keyboard alone: arrows, Home, End, pages, Enter, and copying", async () => {
    const preview = await open();
    await preview.send(samplePlan({ rows: manyRows(500) }));
    const list = preview.page.locator("#keys");
    await waitFor("the list to take the focus", () => list.evaluate((box) => box === box.ownerDocument.activeElement));
    assert.equal(await selectedKey(preview), "key_7");
    await preview.page.keyboard.press("ArrowDown");
    assert.equal(await selectedKey(preview), "key_0");
    await preview.page.keyboard.press("End");
    assert.equal(await selectedKey(preview), "key_499");
    await preview.page.keyboard.press("PageUp");
    const paged = await selectedKey(preview);
    assert.notEqual(paged, "key_499");
    await preview.page.keyboard.press("PageDown");
    assert.equal(await selectedKey(preview), "key_499");
    await preview.page.keyboard.press("Home");
    await preview.page.keyboard.press("ArrowUp");
    assert.equal(await selectedKey(preview), "key_7");
    await preview.page.keyboard.press("Enter");
    assert.deepEqual(await preview.waitForPosted("openDiffEditor"), {
      type: "openDiffEditor",
      planId: 1,
      key: "key_7",
    });
    await preview.page.keyboard.press("Control+c");
    assert.deepEqual(await preview.waitForPosted("copy"), { type: "copy", text: "key_7" });
    const active = await list.getAttribute("aria-activedescendant");
    assert.equal(await preview.page.locator(`[id="${active}"]`).getAttribute("aria-setsize"), "500");
    assert.equal(await preview.page.locator(`[id="${active}"]`).getAttribute("aria-posinset"), "1");
  });

  it("posts merge, discard and diff with the plan that is shown, and says why they are off", async () => {
    const preview = await open();
    await preview.send(samplePlan({ planId: 4 }));
    await preview.page.getByRole("button", { name: "Merge" }).click();
    assert.deepEqual(await preview.waitForPosted("merge"), { type: "merge", planId: 4 });
    await preview.page.getByRole("button", { name: "Discard" }).click();
    assert.deepEqual(await preview.waitForPosted("discard"), { type: "discard", planId: 4 });
    await preview.page.getByRole("button", { name: "Open in Diff Editor", exact: true }).click();
    assert.deepEqual(await preview.waitForPosted("openDiffEditor"), { type: "openDiffEditor", planId: 4 });

    await preview.send({ type: "command", state: "waiting", text: "" });
    await preview.page.getByText("Waiting for the script…").first().waitFor();
    await waitFor("Merge to be off", () => preview.page.getByRole("button", { name: "Merge" }).isDisabled());
    await preview.page.getByRole("button", { name: "Cancel" }).click();
    await preview.waitForPosted("cancelCommand");
    await preview.send({ type: "command", state: "failed", text: "The script has ended." });
    await preview.page.locator(".notice.error", { hasText: "The script has ended." }).waitFor();
    await preview.send({ type: "command", state: "idle", text: "" });

    await preview.send(samplePlan({ planId: 5, asOf: { live: false, seq: 24 }, disabledReason: "The past is shown." }));
    await preview.page.locator(".notice", { hasText: "The past is shown." }).waitFor();
    await preview.page.locator(".badge", { hasText: "As of event 24" }).waitFor();
    assert.equal(await preview.page.getByRole("button", { name: "Merge" }).isDisabled(), true);
    assert.equal(await preview.page.getByRole("button", { name: "Discard" }).isDisabled(), true);
    const posted = (await preview.posted()).length;
    await preview.page.getByRole("button", { name: "Merge" }).click({ force: true });
    assert.deepEqual((await preview.posted()).slice(posted), []);
    await assertAccessible(preview.page);
  });

  it("keeps place, selection and focus while new plans come in", async () => {
    const preview = await open();
    const rows = manyRows(2_000).map((row) => ({ ...row, conflict: false }));
    await preview.send(samplePlan({ rows }));
    await preview.page.locator("#keys [role=option]").first().waitFor();
    await preview.page.locator("#keys").evaluate((list) => void (list.scrollTop = 12_005));
    await waitFor("the scrolled rows", async () => (await keysShown(preview)).includes("key_505"));
    await preview.page
      .locator("#keys [role=option]", { has: preview.page.locator(".key", { hasText: /^key_505$/ }) })
      .click();
    const top = (): Promise<number> =>
      preview.page
        .locator("#keys [role=option][aria-selected=true]")
        .evaluate((row) => row.getBoundingClientRect().top);
    const before = await top();
    const newRows = Array.from({ length: 40 }, (_, index) => ({ ...rows[0]!, key: `new_${String(index)}` }));
    const next = [
      ...newRows,
      ...rows.map((row) => (row.key === "key_505" ? { ...row, resultText: "changed" } : row)).slice(100),
    ];
    await preview.send(samplePlan({ planId: 2, rows: next }));
    await preview.page.locator("#keys [role=option] .after", { hasText: "changed" }).waitFor();
    assert.equal(await selectedKey(preview), "key_505");
    assert.equal(await top(), before);
    assert.equal(
      await preview.page.locator("#keys").evaluate((list) => list === list.ownerDocument.activeElement),
      true,
    );
    assert.deepEqual(await preview.waitForPosted("wantDetails"), { type: "wantDetails", planId: 2, key: "key_505" });
    await preview.send(samplePlan({ planId: 3, rows: next.filter(({ key }) => key !== "key_505") }));
    await waitFor("the neighbour to be selected", async () => (await selectedKey(preview)) === "key_506");
  });

  it("ignores details of another key or of an older plan", async () => {
    const preview = await open();
    await preview.send(samplePlan({ planId: 2 }));
    const details = sampleDetails.find(({ key }) => key === "shared_counter")!;
    await preview.send({ type: "details", planId: 2, details });
    await preview.page.locator('.pane-details[data-key="shared_counter"]').waitFor();
    await preview.send({ type: "details", planId: 1, details: { ...details, overlay: side('"old"', "x", 1, 1) } });
    await preview.send({ type: "details", planId: 2, details: sampleDetails.find(({ key }) => key === "plan")! });
    await preview.send({ type: "command", state: "idle", text: "all heard" });
    await preview.page.locator(".notice", { hasText: "all heard" }).waitFor();
    assert.equal(await preview.page.locator('.side[data-side="overlay"] .value').innerText(), "5");
  });

  it("comes back as it was after being hidden", async () => {
    const preview = await open();
    await preview.send(samplePlan({ rows: manyRows(3_000) }));
    await preview.page.locator("#keys [role=option]").first().waitFor();
    await preview.page.locator(".chip[data-category=added]").click();
    await preview.page.keyboard.press("Control+f");
    await preview.page.keyboard.type("key_1");
    await preview.page.keyboard.press("Enter");
    await preview.page.keyboard.press("End");
    const [selected, shown] = [await selectedKey(preview), await preview.page.locator(".shown-count").innerText()];
    await waitFor(
      "the scroll offset to be kept",
      async () => Number(await preview.page.evaluate("JSON.parse(sessionStorage.state).scrollTopPx")) > 1_000,
    );
    await preview.reload();
    await preview.send(samplePlan({ planId: 9, rows: manyRows(3_000) }));
    await waitFor("the list", async () => (await keysShown(preview)).includes(selected));
    assert.equal(await selectedKey(preview), selected);
    assert.equal(await preview.page.locator(".shown-count").innerText(), shown);
    assert.equal(await preview.page.locator(".chip[data-category=added]").getAttribute("aria-pressed"), "false");
    assert.equal(await preview.page.locator("#keys [role=option][aria-selected=true]").isVisible(), true);
  });

  it("holds 100,000 keys with few elements", async () => {
    const preview = await open();
    await preview.sendExpression(JSON.stringify(samplePlan({ rows: manyRows(100_000) })));
    await preview.page.locator("#keys [role=option]").first().waitFor();
    const count = (): Promise<number> => preview.page.locator("#keys [role=option]").count();
    assert.ok((await count()) < 120);
    await preview.page.keyboard.press("End");
    await waitFor("the last key", async () => (await selectedKey(preview)) === "key_99999");
    assert.ok((await count()) < 120);
    await preview.page.keyboard.press("/");
    await preview.page.keyboard.type("9999");
    await waitFor(
      "the matches",
      async () => (await preview.page.locator(".shown-count").innerText()) === "19 of 100,000 keys",
    );
  });

  it("shows hostile keys and values as harmless, visible text", async () => {
    const preview = await open();
    const markup = '<img src=x onerror="document.title=1"><style>*{color:red}</style>';
    const texts = [
      markup,
      "a\u202Eb\u2066c",
      "nul\u0000 esc\u001B[31m",
      "lone \uD800 surrogate",
      "zero\u200Bwidth\uFEFF",
      "tag\u{E0041}",
      "__proto__",
      "x".repeat(1_000_000),
    ];
    const details = texts.map((text) => ({
      ...sampleDetails[1]!,
      key: text,
      // The long text stands where it can do most harm; everywhere it would only slow the test.
      parent: side(JSON.stringify(text), text.slice(0, 1_000), 9, 24),
      difference: [
        {
          depth: 1,
          path: text.slice(0, 1_000),
          label: text.slice(0, 1_000),
          mark: "changed" as const,
          parts: [{ text, mark: "added" as const }],
        },
      ],
    }));
    await preview.send(
      samplePlan({
        rows: details.map(rowOf),
        agent: markup,
        parentName: markup,
        run: texts[1]!,
        disabledReason: markup,
      }),
    );
    await preview.page.locator("#keys [role=option]").first().waitFor();
    const row = (index: number) => preview.page.locator("#keys [role=option]").nth(index).locator(".key");
    assert.equal(await row(0).innerText(), markup);
    assert.equal(await row(1).innerText(), "aU+202EbU+2066c");
    assert.equal(await row(2).innerText(), "nul␀ esc␛[31m");
    assert.equal(await row(3).innerText(), "lone U+D800 surrogate");
    assert.equal(await row(4).innerText(), "zeroU+200BwidthU+FEFF");
    assert.equal(await row(5).innerText(), "tagU+E0041");
    assert.ok((await row(7).innerText()).length <= 400);
    for (let index = 0; index < texts.length; index++) {
      await row(index).click();
      await preview.waitForPosted("wantDetails");
      await preview.send({ type: "details", planId: 1, details: details[index]! });
      await waitFor("its details", () =>
        preview.page
          .locator(".pane-details")
          .evaluate((pane, key) => pane.getAttribute("data-key") === key, texts[index]!.replaceAll("\uD800", "\uD800")),
      );
    }
    assert.equal(await preview.page.locator("img, style:not([nonce]), [style*=red]").count(), 0);
    assert.notEqual(await preview.page.title(), "1");
  });

  it("shows one sentence in place of a plan while there is none, and the plan again after it", async () => {
    const preview = await open();
    for (const [kind, text] of [
      ["loading", "Reading the run…"],
      ["empty", "There is no overlay to merge."],
      ["error", "This run is gone."],
    ] as const) {
      await preview.send({ type: "message", kind, text });
      await preview.page.locator(".message", { hasText: text }).waitFor();
      assert.equal(await preview.page.locator("main").isVisible(), false);
      await preview.send(samplePlan());
      await preview.page.locator("#keys [role=option]").first().waitFor();
      assert.equal(await preview.page.locator(".message").isVisible(), false);
    }
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const satisfies readonly Theme[]) {
    const isBrief = theme === "dark" || theme === "hc-light";
    (isBrief ? it : itWhenLong)(
      `fits a ${theme} theme, wide and narrow: nothing is cut off sideways and texts can be read`,
      async () => {
        const preview = await open({ theme });
        await preview.send(samplePlan({ disabledReason: "The run has ended." }));
        await answerDetails(preview, "shared_counter");
        await assertAccessible(preview.page);
        await preview.page.setViewportSize({ width: 480, height: 900 });
        await assertAccessible(preview.page);
      },
    );
  }

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const satisfies readonly Theme[]) {
    itWhenLong(`tells in a ${theme} theme, readably, of work that is lost though nothing conflicts`, async () => {
      const preview = await open({ theme });
      const others = sampleDetails.filter(({ key }) => key !== silentLoss.key).slice(0, 4);
      await preview.send(samplePlan({ rows: [...others, silentLoss].map(rowOf) }));
      await preview.page.locator("#keys [data-category=loss]").click();
      await answerDetails(preview, "steps", 1, silentLoss);
      await preview.page.locator(".sentence.loss").waitFor();
      await assertAccessible(preview.page);
      const shots = process.env["SHOTS"];
      if (shots !== undefined) await preview.page.screenshot({ path: `${shots}/loss-${theme}.png` });
    });
  }

  itWhenLong("can be used however little room there is", async () => {
    const preview = await open();
    await preview.send(samplePlan());
    await answerDetails(preview, "shared_counter");
    for (const size of EDITOR_SIZES) {
      await preview.page.setViewportSize(size);
      await assertReachable(
        preview.page,
        "h1, vscode-button, vscode-text-field, .chip, .select, #keys [data-index='1'], .side, .sentence",
      );
      await assertAccessible(preview.page);
    }
  });
});
