/**
 * Stages that hand state on, and a stale read: the writer plans with a budget that the lead changes before the
 * writer's work is merged. The writer never writes the budget, so no key of its merge conflicts; what is wrong is
 * what it *acted on*. Its event log shows the read (with the revision it saw) before the writes.
 */
import { AgentContext, StateStore, TaskScope } from "agent-context";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const parent = new StateStore();
parent.set("budget", { words: 60, currency: "words" }, "setup");
parent.set("source", fileURLToPath(import.meta.url), "setup");

/** Stage 1: reads a real text (this very file) and hands its sentences on. */
const researcher = new AgentContext("researcher", parent);
await TaskScope.run(researcher, async () => {
  const text = await readFile(researcher.get("source") as string, "utf8");
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
  const sentences = comment
    .replace(/^\s*\* ?/gm, " ")
    .split(/(?<=[.;:?])\s+/)
    .map((sentence) => sentence.trim().replace(/\s+/g, " "))
    .filter((sentence) => sentence !== "");
  researcher.set("notes", { sentences, count: sentences.length });
  researcher.log("stage_finished", { sentences: sentences.length });
});
await researcher.mergeToParent();

/** Stage 2: takes as many sentences as the budget allows, judged by the budget that it sees now. */
const writer = new AgentContext("writer", parent);
const writing = TaskScope.run(writer, async () => {
  const budget = writer.get("budget") as { words: number };
  const notes = writer.get("notes") as { sentences: string[] };
  const draft: string[] = [];
  let words = 0;
  for (const sentence of notes.sentences) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const cost = sentence.split(" ").length;
    if (words + cost > budget.words) break;
    draft.push(sentence);
    words += cost;
  }
  writer.set("draft", { text: draft.join(" "), words });
});

/** Meanwhile the lead halves the budget. */
const lead = new AgentContext("lead", parent);
await TaskScope.run(lead, async () => {
  const budget = lead.get("budget") as { words: number; currency: string };
  lead.set("budget", { ...budget, words: Math.floor(budget.words / 2) });
});
await lead.mergeToParent();

await writing;
await writer.mergeToParent();

/** Stage 3: checks the draft against the budget as it is now. */
const checker = new AgentContext("checker", parent);
await TaskScope.run(checker, async () => {
  const { words } = checker.get("draft") as { words: number };
  const limit = (checker.get("budget") as { words: number }).words;
  checker.set("verdict", words <= limit ? "within budget" : `over budget: ${words} words, ${limit} allowed`);
});
await checker.mergeToParent();
console.log(parent.get("verdict"));
