// The page of the lab. Its address after `#` says where the student is, and the values of all controls. The server
// knows everything else, so the page can be reloaded at any time, and what it misses while it is hidden comes with the
// next event.

import { placeNow } from "./address.js";
import { $, element, problem } from "./dom.js";
import { arrive, goTo, showLesson } from "./lesson.js";
import { page } from "./page.js";
import { NARROW } from "./pictures.js";
import { ask } from "./server.js";
import { showVerdict } from "./verdict.js";

let events = null;
let retry = null;

/** Follows the course while the page is visible: a browser has few connections, and hidden pages need none. */
function follow() {
  clearTimeout(retry);
  if (document.hidden || events) return;
  events = new EventSource("/events");
  events.addEventListener("overview", (event) => {
    page.overview = JSON.parse(event.data);
    showOverview();
  });
  events.onerror = () => {
    leave();
    retry = setTimeout(follow, 1000);
    explainSilence();
  };
}

function leave() {
  events?.close();
  events = null;
}

async function explainSilence() {
  try {
    await ask("/icon.svg");
  } catch (error) {
    problem(error.message);
  }
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));

function showOverview() {
  const { steps, doing, problem: trouble, looks_a_second: looks } = page.overview;
  problem(trouble ?? "");
  $("doing").textContent = doing ?? (looks ? `Your files are looked at ${looks} times a second.` : "");
  showSteps(steps);
  show();
}

const STANDINGS = {
  "done": "done", "failing": "fails", "begun": "begun", "not-started": "not begun", "faulty": "cannot be graded",
  "unknown": "not graded yet",
};

function showSteps(steps) {
  const lines = steps.map((step) => element("li", {}, element("a", { href: `#step=${step.number}` },
    element("span", { class: step.standing, "aria-hidden": "true" }, step.mark),
    element("span", {}, `${step.number} ${step.title}`,
      step.bonus ? element("span", { class: "bonus" }, " (bonus)") : null,
      element("span", { class: "unseen" }, `, ${STANDINGS[step.standing]}, `)),
    element("span", { class: "count" }, `${step.passed}/${step.cases}`, element("span", { class: "unseen" }, " cases")),
  )));
  // The same step keeps the focus.
  const focused = [...$("steps").querySelectorAll("a")].indexOf(document.activeElement);
  $("steps").replaceChildren(...lines);
  if (focused >= 0) $("steps").querySelectorAll("a")[focused]?.focus();
  const required = steps.filter((step) => !step.bonus);
  const done = required.filter((step) => step.standing === "done").length;
  $("progress").textContent = `${done} of ${required.length} steps done`;
  markCurrent();
}

function markCurrent() {
  for (const link of $("steps").querySelectorAll("a")) {
    if (link.getAttribute("href") === `#${page.shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Shows what the address says, as far as it is not shown already. */
async function show() {
  if (!page.overview) return;
  const place = placeNow();
  if (!place.step && !place.page) {
    history.replaceState(null, "", `#step=${firstOpen()}`);
    return show();
  }
  const wanted = place.step ? `step=${place.step}` : `page=${place.page}`;
  if (wanted !== page.shown) {
    const first = page.shown === null;
    page.shown = wanted;
    page.round = page.taken = null;
    markCurrent();
    await showLesson(place);
    if (page.shown !== wanted) return;
    // News in the meantime may have taken the address, and drawn the verdict, for pictures that were not there yet.
    page.round = page.taken = null;
    if (!first) arrive();
    goTo(place.heading, place.experiment);
  }
  // What was set since then is not in the address yet.
  if (page.taken !== location.hash) {
    page.taken = location.hash;
    page.pictures.forEach((picture) => picture.take?.(place));
  }
  await showVerdict(place.step);
}

function firstOpen() {
  const steps = page.overview.steps;
  return (steps.find((step) => !step.bonus && step.standing !== "done") ?? steps[0]).number;
}

page.show = show;

$("skip").addEventListener("click", () => $("main").focus());

// A picture is drawn again if its width needs another form.
addEventListener("resize", () => {
  const hasCrossed = ({ canvas, narrow }) => narrow !== undefined && (canvas.clientWidth < NARROW) !== narrow;
  page.pictures.filter(hasCrossed).forEach((picture) => picture.draw());
});

// What is scrolled to is not behind the strip.
new ResizeObserver(([{ target }]) => {
  document.documentElement.style.scrollPaddingTop = `${target.offsetHeight + 8}px`;
}).observe($("strip"));

if (matchMedia("(max-width: 59.99rem)").matches) $("menu").open = false;
matchMedia("(min-width: 60rem)").addEventListener("change", (wide) => { $("menu").open = wide.matches; });
addEventListener("popstate", () => show().then(() => goTo(placeNow().heading)));
follow();
