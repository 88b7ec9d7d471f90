// Experiments: pictures whose values the student sets.

import { addressOf } from "./address.js";
import { widgetOf } from "./controls.js";
import { element, grown, prose, say } from "./dom.js";
import { page } from "./page.js";
import { Picture, copy } from "./pictures.js";
import { ask, openFile } from "./server.js";

/** A picture whose values can be set. For each picture, the student's code is run with these values. */
export class Experiment extends Picture {
  constructor(step, figure, { name, title, tries }) {
    super(step, figure);
    this.path = "/play";
    /** The values that differ from the lesson's, by the name of the control. */
    this.values = {};
    /** The number of the student's own file, if it replaces the lesson's data. */
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
      figure.append(element("section", { class: "tries", "aria-label": "Things to try" },
        element("h4", {}, "Things to try"),
        element("ol", {}, ...tries.map(([question, answer]) => element("li", {}, grown(question),
          element("details", {}, element("summary", {}, "Answer"), grown(answer)))))));
    }
  }

  /** Takes the values from the address. */
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
      const open = () => openFile(this.step, played.line);
      this.trouble.append(element("button", { type: "button", onclick: open }, `Open line ${played.line}`));
    }
    if (played.svg || !played.refused) {
      // A handle on the picture keeps the focus.
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
    if (played.table) this.takeTable(played.table);
    this.rows.hidden = !played.table;
    this.tools.hidden = false;
    this.back.disabled = Object.keys(this.values).length === 0 && this.data === null;
    this.tell([...played.trouble, ...played.notes].join(" "));
  }

  /** Announces the result when the values have not changed for a moment. */
  tell(words) {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.ends.textContent = words.replaceAll("`", ""); }, 600);
  }

  /** Sets a value and draws. Puts the value into the address when it has not changed for a moment. */
  set(name, value) {
    const control = this.controls.find((known) => known.name === name);
    if (control?.lesson === value) delete this.values[name];
    else this.values[name] = value;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 400);
    return this.draw();
  }

  keep() {
    const address = addressOf(this.step, this.name, this.values);
    if (page.shown !== `step=${this.step}` || address === location.hash) return;
    history.pushState(null, "", address);
    page.taken = location.hash;
  }

  /** Uses a file instead of the lesson's data. */
  async useFile(file) {
    if (!file) return;
    try {
      const { number } = await ask("/data", file);
      this.data = number;
      delete this.values.data;
      await this.draw();
      // A file that the experiment cannot use is forgotten after its problem was shown.
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

  /** Shows the controls of this run. Those that exist already keep their place and the focus. */
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
      const { kind, low, high, options, x, y, has_own: hasOwn } = control;
      const shape = JSON.stringify([kind, low, high, options, x, y, hasOwn]);
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
