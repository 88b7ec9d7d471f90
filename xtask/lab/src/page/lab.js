// The page of the lab. Where one is, and every control, is in the address after `#`; all else the server knows. So the page
// can be loaded anew at any time, and whatever it misses while it sleeps comes with the next event.

const $ = (id) => document.getElementById(id);

// Of all that the server says, only its own HTML and drawings become elements; see `grown`.
const trusted = window.trustedTypes?.createPolicy("lab", { createHTML: (text) => text });

const page = {
  /** How the course stands, as the last event said. */
  overview: null,
  /** What is shown: `step=5`, `page=sum-or-mean`. */
  shown: null,
  /** The round of verdicts that is shown. */
  round: null,
  /** The pictures on the page. */
  pictures: [],
};

// --- The address ---------------------------------------------------------------------------------------------------

/** Where one is: a step or a page, a heading on it, an experiment and its controls. */
function placeNow() {
  const words = new URLSearchParams(location.hash.slice(1));
  const controls = [...words].filter(([name]) => name.startsWith(":")).map(([name, value]) => [name.slice(1), value]);
  return {
    step: Number(words.get("step")) || null,
    page: words.get("page"),
    heading: words.get("at"),
    experiment: words.get("experiment"),
    controls: Object.fromEntries(controls),
  };
}

/** The address of an experiment with these controls. */
function addressOf(step, experiment, controls) {
  const words = new URLSearchParams({ step });
  if (experiment) words.set("experiment", experiment);
  for (const [name, value] of Object.entries(controls ?? {})) words.set(`:${name}`, value);
  return `#${words}`;
}

function firstOpen() {
  const steps = page.overview.steps;
  return (steps.find((step) => !step.bonus && step.standing !== "done") ?? steps[0]).number;
}

// --- Talking to the server -----------------------------------------------------------------------------------------

/** What the server answers, or an error in a sentence. */
async function ask(path, request) {
  const options = request && {
    method: "POST", body: JSON.stringify(request), headers: { "content-type": "application/json" },
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The lab does not answer. Is `cargo xtask lab` still running?");
  }
  if (!answer.ok) throw new Error(await answer.text());
  return answer.headers.get("content-type") === "application/json" ? answer.json() : answer.text();
}

let events = null;
let retry = null;

/** Follows the course while the page is seen: a browser has few connections, and hidden pages need none. */
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

// --- Text ----------------------------------------------------------------------------------------------------------

/** An element with attributes and children; a text is text and never HTML. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** A sentence in which what stands between backticks is code. */
function prose(sentence) {
  const parts = sentence.split("`");
  if (parts.length % 2 === 0) return [sentence];
  return parts.map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

/** The server's own HTML, or a drawing of its own, as elements. */
function grown(html) {
  const template = document.createElement("template");
  template.innerHTML = trusted ? trusted.createHTML(html) : html;
  return template.content;
}

/** Lets the keyboard scroll what is wider or higher than its place. */
function reachable(box, label) {
  if (box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1) return;
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", label);
}

function problem(words) {
  $("problem").hidden = !words;
  if ($("problem").textContent !== words) $("problem").replaceChildren(...prose(words));
}

function say(words) {
  $("said").textContent = words;
}

// --- The course ----------------------------------------------------------------------------------------------------

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
    element("span", {}, `${step.number} ${step.title}`, step.bonus ? element("span", { class: "bonus" }, " (bonus)") : null,
      element("span", { class: "unseen" }, `, ${STANDINGS[step.standing]}, `)),
    element("span", { class: "count" }, `${step.passed}/${step.cases}`, element("span", { class: "unseen" }, " cases")),
  )));
  // An element that has the focus stays the same.
  const focused = [...$("steps").querySelectorAll("a")].indexOf(document.activeElement);
  $("steps").replaceChildren(...lines);
  if (focused >= 0) $("steps").querySelectorAll("a")[focused]?.focus();
  const own = steps.filter((step) => !step.bonus);
  const done = own.filter((step) => step.standing === "done").length;
  $("progress").textContent = `${done} of ${own.length} steps done`;
  markCurrent();
}

function markCurrent() {
  for (const link of $("steps").querySelectorAll("a")) {
    if (link.getAttribute("href") === `#${page.shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Shows what the address says, and of that what is new. */
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
    page.round = null;
    markCurrent();
    await showLesson(place);
    if (page.shown !== wanted) return;
    if (!first) arrive();
    goTo(place.heading);
  }
  await showVerdict(place.step);
}

async function showLesson({ step, page: name }) {
  const wanted = page.shown;
  page.pictures = [];
  let lesson;
  try {
    lesson = await ask(step ? `/lesson/${step}` : `/page/${encodeURIComponent(name)}`);
  } catch (error) {
    if (page.shown === wanted) $("lesson").replaceChildren(element("p", {}, error.message));
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
  for (const figure of $("lesson").querySelectorAll(".picture[data-live]")) page.pictures.push(new Picture(step, figure));
  for (const box of $("lesson").querySelectorAll("pre, .wide")) reachable(box, box.matches("pre") ? "Text" : "Table");
}

/** Begins a new lesson at its top, for eyes and for those who hear it. */
function arrive() {
  window.scrollTo(0, 0);
  $("main").focus({ preventScroll: true });
  if (matchMedia("(max-width: 59.99rem)").matches) $("menu").open = false;
}

function goTo(heading) {
  if (heading) document.getElementById(`at-${heading}`)?.scrollIntoView();
}

// --- The verdict ---------------------------------------------------------------------------------------------------

async function showVerdict(number) {
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
  const verdict = await ask(`/verdict/${number}`).catch((error) => problem(error.message));
  if (!verdict || page.shown !== wanted) return;
  const isNew = page.round !== null;
  page.round = verdict.round;
  const summary = summaryOf(verdict);
  $("summary").replaceChildren(...prose(summary));
  if (isNew) say(`${summary} ${verdict.sentences[0] ?? ""}`.replaceAll("`", ""));
  fillVerdict(verdict);
  await Promise.all(page.pictures.map((picture) => picture.draw()));
}

function summaryOf(verdict) {
  const { number, headline, fault, graded, passed, cases } = verdict;
  if (fault) return `Step ${number} cannot be graded, and it is not your code.`;
  if (!graded) return `Step ${number} is not graded yet.`;
  if (passed) return `Step ${number} is done: all ${cases.length} cases pass.`;
  if (cases.every((own) => own.word === "not started")) return `Step ${number} is not begun. First write \`${headline.function}\`.`;
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
  $("cases").replaceChildren(...verdict.cases.map((own) => element("li", {},
    element("span", { class: WORD_CLASSES[own.word] ?? "failing", "aria-hidden": "true" }, own.word === "passed" ? "✓ "
      : own.word === "not started" ? "· " : "✗ "),
    own.title, element("span", { class: "unseen" }, `: ${own.word}`))));
  const begun = verdict.report.length > 0 && verdict.cases.some((own) => own.word !== "not started");
  $("whole").hidden = !begun;
  $("report").replaceChildren(...verdict.report.flatMap((line) =>
    [...line.map(({ words, class: style }) => style ? element("span", { class: style }, words) : words), "\n"]));
  // Without code around it, the compiler's words would be missing.
  if (verdict.headline?.word === "does not compile") $("whole").open = true;
  $("verdict").hidden = !verdict.graded && !verdict.fault;
  $("edit").replaceChildren("Open", element("span", { class: "path" }, ` ${verdict.place}`));
  $("hint").disabled = verdict.passed || !verdict.graded;
  $("hints").hidden = true;
  $("hint").textContent = "Hint";
}

$("whole").addEventListener("toggle", () => reachable($("report"), "The whole report"));

$("edit").addEventListener("click", async () => {
  const words = await ask("/open", { step: placeNow().step }).catch((error) => error.message);
  $("doing").textContent = words;
  say(words);
});

$("hint").addEventListener("click", async () => {
  try {
    const hints = await ask("/hints", { step: placeNow().step, one_more: !$("hints").hidden });
    if (!hints) return;
    const heading = (at) => `Hint ${at + 1} of ${hints.of}`;
    $("hints").replaceChildren(...hints.given.flatMap((text, at) => [
      element("h2", {}, ...prose(`${heading(at)}: \`${hints.function}\``)), element("p", {}, ...prose(text))]));
    $("hints").hidden = false;
    $("verdict").hidden = false;
    $("hint").textContent = hints.given.length < hints.of ? "One more hint" : "Hint";
    $("hint").disabled = hints.given.length >= hints.of;
    say(`${heading(hints.given.length - 1)}: ${hints.given.at(-1)}`.replaceAll("`", ""));
  } catch (error) {
    problem(error.message);
  }
});

$("skip").addEventListener("click", () => $("main").focus());

// --- Pictures ------------------------------------------------------------------------------------------------------

const NARROW = 560;

/** A picture of the lesson, with the student's own answers. */
class Picture {
  constructor(step, figure) {
    this.step = step;
    this.name = figure.dataset.name;
    this.figure = figure;
    this.still = figure.querySelector("img");
    this.canvas = element("div", { class: "canvas" });
    this.state = element("p", { class: "state" });
    this.notes = element("div", { class: "unseen" });
    this.table = element("div", { class: "wide" });
    this.rows = element("details", { ontoggle: () => reachable(this.table, "The numbers of the picture") },
      element("summary", {}, "The numbers"), this.table);
    const tool = (words, work) => element("button", { type: "button", onclick: () => this.attempt(work) }, words);
    this.tools = element("div", { class: "tools" },
      tool("Save as SVG", () => this.saveSvg()), tool("Save as PNG", () => this.savePng()),
      tool("Save the numbers (CSV)", () => this.saveCsv()), tool("Copy link", () => this.copyLink()));
    this.drawing = false;
    this.again = false;
    if (this.still) this.canvas.append(this.still);
    figure.replaceChildren(this.canvas, element("figcaption", {}, this.state, this.notes, this.rows, this.tools));
    this.rows.hidden = this.tools.hidden = true;
    this.state.textContent = "As the solution answers it. Your own answers come with the first verdict.";
  }

  /** What to ask the server for. */
  request(place) {
    return { step: this.step, name: this.name, place };
  }

  /** Draws anew. What comes while it draws is drawn once, when that is done: no request waits in a row. */
  async draw() {
    if (this.drawing) {
      this.again = true;
      return;
    }
    this.drawing = true;
    try {
      do {
        this.again = false;
        this.narrow = this.figure.clientWidth < NARROW;
        this.fill(await ask("/draw", this.request(this.narrow ? "narrow" : "page")));
      } while (this.again);
    } catch (error) {
      this.instead(error.message);
    } finally {
      this.drawing = false;
    }
  }

  fill({ title, state, svg, notes, table }) {
    this.title = title;
    this.canvas.replaceChildren(grown(svg));
    this.state.replaceChildren(...prose(state));
    this.notes.replaceChildren(...notes.map((note) => element("p", {}, note)));
    this.table.replaceChildren(tableOf(table));
    this.rows.hidden = this.tools.hidden = false;
  }

  /** Says in a sentence why there is no picture. */
  instead(words) {
    if (!this.still) this.canvas.replaceChildren(element("p", { class: "instead" }, ...prose(words)));
    else this.canvas.replaceChildren(this.still);
    this.state.replaceChildren(...prose(this.still ? `As the solution answers it. ${words}` : ""));
    this.rows.hidden = this.tools.hidden = true;
  }

  async attempt(work) {
    try {
      await work();
    } catch (error) {
      problem(error.message);
    }
  }

  async saveSvg() {
    const { svg } = await ask("/draw", this.request("file"));
    save(`${this.name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  }

  async saveCsv() {
    const { csv } = await ask("/draw", this.request("file"));
    save(`${this.name}.csv`, new Blob([csv], { type: "text/csv" }));
  }

  async savePng() {
    const { svg } = await ask("/draw", this.request("file"));
    const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = element("canvas", { width: image.naturalWidth * 2, height: image.naturalHeight * 2 });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      save(`${this.name}.png`, await new Promise((done) => canvas.toBlob(done, "image/png")));
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  async copyLink() {
    await copy(new URL(addressOf(this.step, null, {}), location.href).href);
  }
}

/** Columns and rows as a table of the page. */
function tableOf({ whose, columns, rows, row_count: count }) {
  const caption = whose === "yours" ? "Your answers" : "The expected answers";
  const more = count > rows.length ? `, the first ${rows.length} of ${count} rows` : "";
  const side = ({ text }) => (text ? null : "number");
  return element("table", {},
    element("caption", { class: "unseen" }, caption + more),
    element("thead", {}, element("tr", {}, ...columns.map((own) => element("th", { scope: "col", class: side(own) }, own.name)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell, at) => element("td", { class: side(columns[at]) }, cell))))));
}

function save(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  say(`${name} is saved.`);
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    say("The link is copied.");
    $("doing").textContent = "The link is copied.";
  } catch {
    window.prompt("The link:", words);
  }
}

// A picture fits the width that it has.
addEventListener("resize", () => {
  const crossed = page.pictures.filter(({ figure, narrow }) => narrow !== undefined && (figure.clientWidth < NARROW) !== narrow);
  crossed.forEach((picture) => picture.draw());
});

if (matchMedia("(max-width: 59.99rem)").matches) $("menu").open = false;
matchMedia("(min-width: 60rem)").addEventListener("change", (wide) => { $("menu").open = wide.matches; });
addEventListener("hashchange", () => show().then(() => goTo(placeNow().heading)));
follow();
