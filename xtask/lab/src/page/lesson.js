// The lesson of a step, or another page of the course, with its pictures and experiments.

import { $, element, grown, reachable } from "./dom.js";
import { Experiment } from "./experiments.js";
import { page, tryLater } from "./page.js";
import { Picture } from "./pictures.js";
import { Unreachable, ask } from "./server.js";

export async function showLesson({ step, page: name }) {
  const wanted = page.shown;
  page.pictures = [];
  $("to-experiments").hidden = true;
  let lesson;
  try {
    lesson = await ask(step ? `/lesson/${step}` : `/page/${encodeURIComponent(name)}`);
  } catch (error) {
    if (page.shown !== wanted) return;
    $("lesson").replaceChildren(element("p", {}, error.message));
    if (error instanceof Unreachable) {
      page.shown = null;
      tryLater();
    }
    return;
  }
  if (page.shown !== wanted) return;
  $("lesson").replaceChildren(grown(lesson.html));
  if (lesson.others.length) {
    $("lesson").append(element("h2", {}, "More pictures of your answers"),
      ...lesson.others.map((name) => element("figure", { class: "picture", "data-name": name, "data-live": true })));
  }
  const heading = $("lesson").querySelector("h1")?.textContent ?? "The lab";
  document.title = `${heading} · lab`;
  fillExperiments(step, lesson.experiments);
  $("to-experiments").hidden = !lesson.experiments.length;
  for (const figure of $("lesson").querySelectorAll(".picture[data-live]")) {
    page.pictures.push(new Picture(step, figure));
  }
  for (const box of $("lesson").querySelectorAll("pre, .wide")) reachable(box, box.matches("pre") ? "Text" : "Table");
}

/** Puts each experiment in place of its picture in the lesson, and the others after the lesson. */
function fillExperiments(step, experiments) {
  const shown = (name) => $("lesson").querySelector(`.picture[data-experiment][data-name="${CSS.escape(name)}"]`);
  const rest = experiments.filter(({ name }) => !shown(name));
  const heading = experiments.length > rest.length ? "More experiments" : "Experiments";
  if (rest.length) $("lesson").append(element("h2", { id: "at-experiments" }, heading));
  for (const experiment of experiments) {
    const figure = shown(experiment.name) ?? element("figure", { class: "picture", "data-name": experiment.name });
    if (!figure.isConnected) $("lesson").append(figure);
    page.pictures.push(new Experiment(step, figure, experiment));
  }
}

/** Goes to the top of a new lesson, for the eyes and for screen readers. */
export function arrive() {
  window.scrollTo(0, 0);
  $("main").focus({ preventScroll: true });
  if (matchMedia("(max-width: 59.99rem)").matches) $("menu").open = false;
}

/** Goes to the first experiment, which may be a long way down. */
$("to-experiments").addEventListener("click", () => {
  const figure = $("lesson").querySelector(".experiment");
  figure.tabIndex = -1;
  figure.focus({ preventScroll: true });
  figure.scrollIntoView();
});

export function goTo(heading, experiment) {
  if (heading) {
    document.getElementById(`at-${heading}`)?.scrollIntoView();
  } else if (experiment) {
    page.pictures.find((picture) => picture.name === experiment)?.figure.scrollIntoView({ block: "center" });
  }
}
