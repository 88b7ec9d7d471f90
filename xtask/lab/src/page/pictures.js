// Pictures of a lesson with the student's own answers.

import { addressOf } from "./address.js";
import { $, element, grown, problem, prose, reachable, say } from "./dom.js";
import { tryLater } from "./page.js";
import { Points } from "./points.js";
import { Unreachable, ask } from "./server.js";

/** The width of a drawing, in pixels, below which it needs the form for narrow pages. */
export const NARROW = 640;

/** A picture of the lesson with the student's own answers. */
export class Picture {
  constructor(step, figure) {
    this.step = step;
    this.name = figure.dataset.name;
    this.figure = figure;
    this.still = figure.querySelector("img");
    this.canvas = element("div", { class: "canvas" });
    this.state = element("p", { class: "state" });
    this.notes = element("div", { class: "unseen" });
    this.table = element("div", { class: "wide" });
    this.rows = element("details", { ontoggle: () => this.showTable() },
      element("summary", {}, "The numbers"), this.table);
    this.points = new Points(this.canvas, this.table);
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
    const solution = this.still ? "As the solution answers it. " : "";
    this.state.textContent = `${solution}Your own answers come with the first verdict.`;
  }

  /** The request for the picture. */
  request(target) {
    return { step: this.step, name: this.name, target };
  }

  /** Draws the picture again. Calls while it is being drawn draw it once more afterwards. */
  async draw() {
    if (this.drawing) {
      this.again = true;
      return;
    }
    this.drawing = true;
    try {
      do {
        this.again = this.missed = false;
        this.narrow = this.canvas.clientWidth < NARROW;
        const drawn = await ask(this.path, this.request(this.narrow ? "narrow" : "page"));
        this.canvas.classList.remove("stale");
        this.fill(drawn);
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
    this.takeTable(table);
    this.rows.hidden = this.tools.hidden = false;
  }

  takeTable(table) {
    this.numbers = table;
    this.points.take(table);
    this.showTable();
  }

  /** Writes the table, if it is open: hundreds of cells take longer than the picture. */
  showTable() {
    this.table.replaceChildren(...(this.rows.open && this.numbers ? [tableOf(this.numbers)] : []));
    if (this.rows.open) reachable(this.table, "The numbers of the picture");
  }

  /** Shows a sentence about why there is no picture. */
  instead(words) {
    if (this.missed && this.title) {
      this.canvas.classList.add("stale");
      problem(words);
      return;
    }
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

/** The table of a picture. */
export function tableOf({ whose, columns, rows, row_count: count }) {
  const caption = whose === "yours" ? "Your answers" : "The expected answers";
  const more = count > rows.length ? `, the first ${rows.length} of ${count} rows` : "";
  const side = ({ text }) => (text ? null : "number");
  const head = (column) => element("th", { scope: "col", class: side(column) }, column.name);
  const cell = (text, at) => element("td", { class: side(columns[at]) }, text);
  return element("table", {},
    element("caption", { class: "unseen" }, caption + more),
    element("thead", {}, element("tr", {}, ...columns.map(head))),
    element("tbody", {}, ...rows.map((row, at) => element("tr", { tabindex: at ? -1 : 0 }, ...row.map(cell)))));
}

function save(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  say(`${name} is saved.`);
}

export async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    say("The link is copied.");
    $("doing").textContent = "The link is copied.";
  } catch {
    window.prompt("The link:", words);
  }
}
