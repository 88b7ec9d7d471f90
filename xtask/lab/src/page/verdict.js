// The verdict on the current step, with its hints.

import { placeNow } from "./address.js";
import { $, element, problem, prose, reachable, say } from "./dom.js";
import { page, tryLater } from "./page.js";
import { Unreachable, ask, openFile } from "./server.js";

export async function showVerdict(number) {
  const line = page.overview.steps.find((step) => step.number === number);
  $("edit").hidden = $("hint").hidden = !line;
  if (!line) {
    $("verdict").hidden = true;
    $("mark").textContent = "";
    $("summary").textContent = number ? "The course has no such step." : "";
    return;
  }
  $("mark").textContent = line.mark;
  $("mark").className = line.standing;
  $("summary").classList.toggle("stale", line.due);
  if (page.round === line.round) return;
  const wanted = page.shown;
  const verdict = await ask(`/verdict/${number}`).catch((error) => {
    problem(error.message);
    if (error instanceof Unreachable) tryLater();
  });
  if (!verdict || page.shown !== wanted) return;
  const isNew = page.round !== null;
  page.round = verdict.round;
  const summary = summaryOf(verdict);
  $("summary").replaceChildren(...prose(summary));
  if (isNew) say(`${summary} ${verdict.sentences[0] ?? ""}`.replaceAll("`", ""));
  fillVerdict(verdict);
  if (verdict.graded) await Promise.all(page.pictures.map((picture) => picture.draw()));
}

function summaryOf(verdict) {
  const { number, headline, fault, graded, passed, cases } = verdict;
  if (fault) return `Step ${number} cannot be graded, and it is not your code.`;
  if (!graded) return `Step ${number} is not graded yet.`;
  if (passed) return `Step ${number} is done: all ${cases.length} cases pass.`;
  if (cases.every(({ word }) => word === "not started")) {
    return `Step ${number} is not begun. First write \`${headline.function}\`.`;
  }
  if (headline.word === "not started") return `Next is \`${headline.function}\`: ${headline.title}.`;
  if (headline.word === "does not compile") return `Step ${number} does not compile.`;
  const trial = headline.trial ? ` (on ${headline.trial})` : "";
  return `\`${headline.function}\` ${headline.word}: ${headline.title}${trial}`;
}

const WORD_CLASSES = { "passed": "done", "not started": "not-started" };

function fillVerdict(verdict) {
  const sentences = verdict.fault ? [verdict.fault] : verdict.sentences;
  if (verdict.passed && verdict.question) sentences.push(verdict.question);
  $("sentences").replaceChildren(...sentences.map((sentence) => element("p", {}, ...prose(sentence))));
  $("cases").replaceChildren(...verdict.cases.map(({ title, word }) => element("li", {},
    element("span", { class: WORD_CLASSES[word] ?? "failing", "aria-hidden": "true" }, word === "passed" ? "✓ "
      : word === "not started" ? "· " : "✗ "),
    title, element("span", { class: "unseen" }, `: ${word}`))));
  const begun = verdict.report.length > 0 && verdict.cases.some(({ word }) => word !== "not started");
  $("whole").hidden = !begun;
  $("report").replaceChildren(...verdict.report.flatMap((line) =>
    [...line.map(({ words, class: style }) => style ? element("span", { class: style }, words) : words), "\n"]));
  // The sentences above do not contain the compiler's errors.
  if (verdict.headline?.word === "does not compile") $("whole").open = true;
  $("verdict").hidden = !verdict.graded && !verdict.fault;
  $("edit").replaceChildren("Open", element("span", { class: "path" }, ` ${verdict.place}`));
  $("hint").disabled = verdict.passed || !verdict.graded;
  $("hints").hidden = true;
  $("hint").textContent = "Hint";
}

$("whole").addEventListener("toggle", () => reachable($("report"), "The whole report"));

$("edit").addEventListener("click", () => openFile(placeNow().step, null));

$("hint").addEventListener("click", async () => {
  try {
    const hints = await ask("/hints", { step: placeNow().step, one_more: !$("hints").hidden });
    if (!hints) return;
    const heading = (at) => `Hint ${at + 1} of ${hints.count}`;
    $("hints").replaceChildren(...hints.given.flatMap((text, at) => [
      element("h2", {}, ...prose(`${heading(at)}: \`${hints.function}\``)), element("p", {}, ...prose(text))]));
    $("hints").hidden = false;
    $("verdict").hidden = false;
    $("hint").textContent = hints.given.length < hints.count ? "One more hint" : "Hint";
    $("hint").disabled = hints.given.length >= hints.count;
    say(`${heading(hints.given.length - 1)}: ${hints.given.at(-1)}`.replaceAll("`", ""));
  } catch (error) {
    problem(error.message);
  }
});
