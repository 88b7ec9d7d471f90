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
  // A colon needs no escape here, and is easier to read.
  return `#${words.toString().replaceAll("%3A", ":")}`;
}

function firstOpen() {
  const steps = page.overview.steps;
  return (steps.find((step) => !step.bonus && step.standing !== "done") ?? steps[0]).number;
}

// --- Talking to the server -----------------------------------------------------------------------------------------

/** That nobody answers: to be tried again. */
class Unreachable extends Error {}

let later = null;

/** Tries once more what could not be shown. */
function tryLater() {
  clearTimeout(later);
  later = setTimeout(async () => {
    problem(page.overview?.problem ?? "");
    await show();
    page.pictures.filter(({ missed }) => missed).forEach((picture) => picture.draw());
  }, 1000);
}

/** What the server answers, or an error in a sentence. */
async function ask(path, request) {
  const isFile = request instanceof Blob;
  const options = request && {
    method: "POST", body: isFile ? request : JSON.stringify(request),
    headers: { "content-type": isFile ? "text/csv" : "application/json" },
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Unreachable("The lab does not answer. Is `cargo xtask lab` still running?");
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
    goTo(place.heading, place.experiment);
  }
  page.pictures.forEach((picture) => picture.take?.(place));
  await showVerdict(place.step);
}

async function showLesson({ step, page: name }) {
  const wanted = page.shown;
  page.pictures = [];
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
  for (const figure of $("lesson").querySelectorAll(".picture[data-live]")) page.pictures.push(new Picture(step, figure));
  for (const box of $("lesson").querySelectorAll("pre, .wide")) reachable(box, box.matches("pre") ? "Text" : "Table");
}

/** Puts each experiment where the lesson shows its picture, and the others behind the lesson. */
function fillExperiments(step, experiments) {
  const shown = (name) => $("lesson").querySelector(`.picture[data-experiment][data-name="${CSS.escape(name)}"]`);
  const rest = experiments.filter(({ name }) => !shown(name));
  if (rest.length) $("lesson").append(element("h2", { id: "at-experiments" }, experiments.length > rest.length ? "More experiments" : "Experiments"));
  for (const experiment of experiments) {
    const figure = shown(experiment.name) ?? element("figure", { class: "picture", "data-name": experiment.name });
    if (!figure.isConnected) $("lesson").append(figure);
    page.pictures.push(new Experiment(step, figure, experiment));
  }
}

/** Begins a new lesson at its top, for eyes and for those who hear it. */
function arrive() {
  window.scrollTo(0, 0);
  $("main").focus({ preventScroll: true });
  if (matchMedia("(max-width: 59.99rem)").matches) $("menu").open = false;
}

function goTo(heading, experiment) {
  if (heading) document.getElementById(`at-${heading}`)?.scrollIntoView();
  else if (experiment) page.pictures.find((picture) => picture.name === experiment)?.figure.scrollIntoView({ block: "center" });
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
    this.path = "/draw";
    this.drawing = false;
    this.again = false;
    this.missed = false;
    if (this.still) this.canvas.append(this.still);
    figure.replaceChildren(this.canvas, element("figcaption", {}, this.state, this.notes, this.rows, this.tools));
    this.rows.hidden = this.tools.hidden = true;
    this.state.textContent = `${this.still ? "As the solution answers it. " : ""}Your own answers come with the first verdict.`;
  }

  /** What to ask the server for. */
  request(target) {
    return { step: this.step, name: this.name, target };
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
        this.again = this.missed = false;
        this.narrow = this.figure.clientWidth < NARROW;
        this.fill(await ask(this.path, this.request(this.narrow ? "narrow" : "page")));
      } while (this.again);
    } catch (error) {
      this.missed = error instanceof Unreachable;
      if (this.missed) tryLater();
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
    if (this.missed && this.title) return problem(words);
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
    const { svg } = await ask(this.path, this.request("file"));
    save(`${this.name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  }

  async saveCsv() {
    const { csv } = await ask(this.path, this.request("file"));
    save(`${this.name}.csv`, new Blob([csv], { type: "text/csv" }));
  }

  async savePng() {
    const { svg } = await ask(this.path, this.request("file"));
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

// --- Experiments ---------------------------------------------------------------------------------------------------

/** A picture whose values can be set. What it draws it runs with the student's own code. */
class Experiment extends Picture {
  constructor(step, figure, { name, title, tries }) {
    super(step, figure);
    this.path = "/play";
    /** The values that are not the lesson's, by the name of the control. */
    this.values = {};
    /** The number of the file in the place of the lesson's data. */
    this.data = null;
    this.controls = [];
    this.widgets = new Map();
    this.trouble = element("div", { class: "trouble" });
    this.board = element("div", { class: "controls", role: "group", "aria-label": `Controls: ${title}` });
    this.back = element("button", { type: "button", onclick: () => this.reset() }, "The lesson's values");
    this.ends = element("p", { class: "unseen", "aria-live": "polite" });
    figure.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      figure.classList.add("target");
    });
    figure.addEventListener("dragleave", () => figure.classList.remove("target"));
    figure.addEventListener("drop", (event) => {
      event.preventDefault();
      figure.classList.remove("target");
      this.useFile(event.dataTransfer.files[0]);
    });
    figure.classList.add("experiment");
    figure.prepend(element("h3", {}, title));
    this.canvas.before(this.trouble);
    this.state.before(this.board);
    this.state.after(this.ends);
    this.tools.prepend(this.back);
    if (tries.length) {
      figure.append(element("section", { class: "tries", "aria-label": "Things to try" }, element("h4", {}, "Things to try"),
        element("ol", {}, ...tries.map(([question, answer]) => element("li", {}, grown(question),
          element("details", {}, element("summary", {}, "Answer"), grown(answer)))))));
    }
  }

  /** Takes the values that the address gives. */
  take({ experiment, controls }) {
    if (experiment !== this.name || JSON.stringify(controls) === JSON.stringify(this.values)) return;
    this.values = { ...controls };
    if (page.round !== null) this.draw();
  }

  request(target) {
    return { step: this.step, name: this.name, values: this.values, data: this.data, target };
  }

  fill(played) {
    this.title = played.title;
    this.trouble.replaceChildren(...played.trouble.map((sentence) => element("p", {}, ...prose(sentence))));
    if (played.line) {
      this.trouble.append(element("button", { type: "button", onclick: () => openFile(this.step, played.line) }, `Open line ${played.line}`));
    }
    if (played.svg || !played.refused) {
      // A handle on it keeps the focus.
      this.canvas.querySelectorAll("svg, img, p").forEach((old) => old.remove());
      if (played.svg) this.canvas.prepend(grown(played.svg));
    }
    this.isRefused = played.refused;
    this.canvas.classList.toggle("stale", played.refused);
    this.axes = played.axes;
    if (played.controls.length) this.showControls(played.controls);
    const alone = played.has_solution ? "" : " There is no solution here, so no expected run is drawn behind it.";
    this.state.replaceChildren(...prose(played.state + alone));
    this.notes.replaceChildren(...played.notes.map((note) => element("p", {}, note)));
    if (played.table) this.table.replaceChildren(tableOf(played.table));
    this.rows.hidden = !played.table;
    this.tools.hidden = false;
    this.back.disabled = Object.keys(this.values).length === 0 && this.data === null;
    this.tell([...played.trouble, ...played.notes].join(" "));
  }

  /** Says what came of it when the values rest. */
  tell(words) {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.ends.textContent = words.replaceAll("`", ""); }, 600);
  }

  /** Sets a value, draws, and once it rests keeps it in the address. */
  set(name, value) {
    const control = this.controls.find((own) => own.name === name);
    if (control?.lesson === value) delete this.values[name];
    else this.values[name] = value;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 400);
    return this.draw();
  }

  keep() {
    const address = addressOf(this.step, this.name, this.values);
    if (page.shown === `step=${this.step}` && address !== location.hash) history.pushState(null, "", address);
  }

  /** Takes a file in the place of the lesson's data. */
  async useFile(file) {
    if (!file) return;
    try {
      const { number } = await ask("/data", file);
      this.data = number;
      delete this.values.data;
      await this.draw();
      // A file that the experiment cannot use is said to be so, and then forgotten.
      if (this.isRefused) this.data = null;
    } catch (error) {
      this.trouble.replaceChildren(element("p", {}, ...prose(`${file.name}: ${error.message}`)));
      say(error.message);
    }
  }

  reset() {
    this.data = null;
    this.values = {};
    this.keep();
    this.draw();
  }

  /** The controls of this run: those that there are already keep their place and the focus. */
  showControls(controls) {
    this.controls = controls;
    const names = new Set(controls.map(({ name }) => name));
    for (const [name, widget] of this.widgets) {
      if (names.has(name)) continue;
      widget.root.remove();
      widget.leave?.();
      this.widgets.delete(name);
      delete this.values[name];
    }
    for (const control of controls) {
      const shape = JSON.stringify([control.kind, control.low, control.high, control.options, control.x, control.y, control.has_own]);
      let widget = this.widgets.get(control.name);
      if (widget?.shape !== shape) {
        widget?.leave?.();
        const made = widgetOf(this, control);
        made.shape = shape;
        if (widget) widget.root.replaceWith(made.root);
        else this.board.append(made.root);
        this.widgets.set(control.name, made);
        widget = made;
      }
      widget.show(control);
    }
  }

  async copyLink() {
    await copy(new URL(addressOf(this.step, this.name, this.values), location.href).href);
  }
}

async function openFile(step, line) {
  const words = await ask("/open", { step, line }).catch((error) => error.message);
  $("doing").textContent = words;
  say(words);
}

/** What sets a control of an experiment: an element, and how it shows a value. */
function widgetOf(experiment, control) {
  const makers = { number: numberWidget, count: countWidget, choice: choiceWidget, point: pointWidget, data: dataWidget };
  return makers[control.kind](experiment, control);
}

let widgets = 0;

/** A control with its label. */
function labelled(name, ...inside) {
  const id = `control-${(widgets += 1)}`;
  inside[0].id = id;
  return element("div", { class: "control" }, element("label", { for: id }, name), ...inside);
}

/** Shows a value in a box, unless somebody types in it. */
function showIn(box, value) {
  if (document.activeElement !== box) box.value = value;
  box.removeAttribute("aria-invalid");
}

/** A box for a number. What is no number stays there and is marked. */
function numberBox(label, { low, high }, set) {
  const box = element("input", { type: "text", inputmode: "decimal", "aria-label": label, autocomplete: "off", spellcheck: "false" });
  box.addEventListener("change", () => {
    const number = Number(box.value.trim().replace(",", "."));
    const fits = box.value.trim() !== "" && number >= low && number <= high;
    box.setAttribute("aria-invalid", !fits);
    if (fits) set(number);
    else say(`${label} is a number from ${low} to ${high}.`);
  });
  return box;
}

/** A number in its shortest form. */
function short(number) {
  return Number(number.toPrecision(3)).toString();
}

const NOTCHES = 1000;

function numberWidget(experiment, { name, low, high, logarithmic }) {
  const to = (value) => (logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)) * NOTCHES;
  const from = (notch) => (logarithmic ? low * (high / low) ** (notch / NOTCHES) : low + (notch / NOTCHES) * (high - low));
  const within = (value) => Math.min(high, Math.max(low, value));
  const slider = element("input", { type: "range", min: 0, max: NOTCHES, step: 1 });
  const rounded = (value) => {
    if (logarithmic) return within(Number(value.toPrecision(3)));
    const unit = 10 ** (Math.floor(Math.log10(high - low)) - 3);
    return within(Number((Math.round(value / unit) * unit).toPrecision(12)));
  };
  slider.addEventListener("input", () => {
    const value = rounded(from(Number(slider.value)));
    slider.setAttribute("aria-valuetext", short(value));
    box.value = value;
    experiment.set(name, String(value));
  });
  const box = numberBox(`${name}, as a number`, { low, high }, (value) => experiment.set(name, String(value)));
  const root = labelled(name, slider, box);
  return {
    root,
    show({ value }) {
      showIn(box, value);
      slider.setAttribute("aria-valuetext", value);
      if (document.activeElement !== slider || rounded(from(Number(slider.value))) !== Number(value)) slider.value = to(Number(value));
    },
  };
}

const PACE = 60;

function countWidget(experiment, { name, low, high }) {
  const slider = element("input", { type: "range", min: low, max: high, step: 1 });
  const set = (value) => {
    slider.value = value;
    box.value = value;
    return experiment.set(name, String(value));
  };
  const box = numberBox(`${name}, as a number`, { low, high }, (value) => set(Math.round(value)));
  slider.addEventListener("input", () => set(Number(slider.value)));
  let playing = false;
  const stop = () => {
    playing = false;
    play.textContent = "Play";
  };
  const step = (by) => {
    stop();
    set(Math.min(high, Math.max(low, Number(slider.value) + by)));
  };
  const run = async () => {
    playing = true;
    play.textContent = "Pause";
    if (Number(slider.value) >= high) await set(low);
    while (playing && root.isConnected && Number(slider.value) < high) {
      const began = performance.now();
      await set(Number(slider.value) + 1);
      await new Promise((done) => setTimeout(done, Math.max(0, PACE - (performance.now() - began))));
    }
    stop();
  };
  const button = (words, label, work) => element("button", { type: "button", "aria-label": `${label}: ${name}`, onclick: work }, words);
  const play = element("button", { type: "button", class: "play", onclick: () => (playing ? stop() : run()) }, "Play");
  const steps = element("span", { class: "steps" }, button("−", "One back", () => step(-1)), play, button("+", "One forward", () => step(1)));
  const root = labelled(name, slider, box, steps);
  return {
    root,
    leave: stop,
    show({ value }) {
      if (playing) return;
      showIn(box, value);
      slider.value = value;
    },
  };
}

function choiceWidget(experiment, { name, options }) {
  const list = element("select", { onchange: () => experiment.set(name, list.value) },
    ...options.map((option) => element("option", { value: option }, option)));
  return { root: labelled(name, list), show: ({ value }) => { list.value = value; } };
}

function dataWidget(experiment, { name, records, columns, has_own: hasOwn }) {
  const list = element("select", { onchange: () => experiment.set(name, list.value === "fresh" ? `fresh-${seed.value || 1}` : list.value) },
    hasOwn ? element("option", { value: "own" }, "your own file") : null,
    element("option", { value: "lesson" }, `the lesson's ${records}`), element("option", { value: "fresh" }, `fresh ${records}`));
  const seed = element("input", { type: "text", inputmode: "numeric", "aria-label": "The seed of the fresh data", autocomplete: "off" });
  seed.addEventListener("change", () => {
    const fits = /^\d{1,9}$/.test(seed.value);
    seed.setAttribute("aria-invalid", !fits);
    if (fits) experiment.set(name, `fresh-${seed.value}`);
    else say("A seed is a whole number.");
  });
  const other = element("button", { type: "button", onclick: () => experiment.set(name, `fresh-${1 + Math.floor(Math.random() * 9999)}`) }, "Other data");
  const file = element("input", { type: "file", accept: ".csv,text/csv", hidden: true, onchange: () => experiment.useFile(file.files[0]) });
  const own = columns.length ? element("button", { type: "button", title: `A CSV file with the columns ${columns.join(" and ")}; you can also drop it here`,
    onclick: () => file.click() }, "Your own…") : null;
  return {
    root: labelled(name, list, seed, element("span", { class: "steps" }, other, own, file)),
    show({ value }) {
      const fresh = value.startsWith("fresh-");
      list.value = fresh ? "fresh" : value;
      seed.hidden = !fresh;
      list.classList.toggle("long", !fresh);
      if (fresh) showIn(seed, value.slice("fresh-".length));
    },
  };
}

/** A point on the picture: a handle that is dragged or moved with the arrow keys, and two boxes. */
function pointWidget(experiment, control) {
  const { name } = control;
  const ranges = [control.x, control.y].map(([low, high]) => ({ low, high }));
  let at = control.at;
  const set = (point) => {
    const fine = ({ low, high }) => 10 ** (Math.floor(Math.log10(high - low)) - 3);
    at = point.map((value, own) => {
      const { low, high } = ranges[own];
      const unit = fine(ranges[own]);
      return Number(Math.min(high, Math.max(low, Math.round(value / unit) * unit)).toPrecision(12));
    });
    put();
    experiment.set(name, at.join(", "));
  };
  const boxes = ["first", "second"].map((which, own) =>
    numberBox(`${name}, the ${which} number`, ranges[own], (value) => set(at.map((old, other) => (other === own ? value : old)))));
  const handle = element("div", { class: "handle", role: "slider", tabindex: 0, "aria-label": `${name}: move it with the arrow keys` });
  const lines = (axis) => [...axis.ends.map((end) => (axis.logarithmic ? Math.log(end) : end)), axis.logarithmic];
  const frame = () => experiment.canvas.querySelector("rect.frame")?.getBoundingClientRect();
  const put = () => {
    const [box, whole] = [frame(), experiment.canvas.getBoundingClientRect()];
    handle.hidden = !box || !experiment.axes;
    if (handle.hidden) return;
    const [x, y] = experiment.axes.map((axis, own) => {
      const [low, high, logarithmic] = lines(axis);
      return ((logarithmic ? Math.log(at[own]) : at[own]) - low) / (high - low);
    });
    handle.style.left = `${((box.left - whole.left + x * box.width) / whole.width) * 100}%`;
    handle.style.top = `${((box.bottom - whole.top - y * box.height) / whole.height) * 100}%`;
    handle.setAttribute("aria-valuenow", at[0]);
    handle.setAttribute("aria-valuemin", ranges[0].low);
    handle.setAttribute("aria-valuemax", ranges[0].high);
    handle.setAttribute("aria-valuetext", `${short(at[0])} and ${short(at[1])}`);
    boxes.forEach((own, index) => showIn(own, at[index]));
  };
  const under = (event) => {
    const box = frame();
    const parts = [(event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height];
    return parts.map((part, own) => {
      const [low, high, logarithmic] = lines(experiment.axes[own]);
      const value = low + part * (high - low);
      return logarithmic ? Math.exp(value) : value;
    });
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus();
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) set(under(event));
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  handle.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const part = event.shiftKey ? 0.1 : 0.01;
    set(at.map((value, own) => value + arrow[own] * part * (ranges[own].high - ranges[own].low)));
  });
  const root = labelled(name, ...boxes);
  return {
    root,
    leave: () => handle.remove(),
    show(shown) {
      if (handle.parentElement !== experiment.canvas) experiment.canvas.append(handle);
      if (!handle.matches(":active")) at = shown.at;
      put();
    },
  };
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
addEventListener("popstate", () => show().then(() => goTo(placeNow().heading)));
follow();
