// The points of a picture and the rows of its table: whichever of the two is pointed at or has the focus, both light
// up.

import { element } from "./dom.js";

/** How far from a point the pointer may be, in pixels. */
const NEAR = 24;

export class Points {
  /** On the canvas of a picture; `tableBox` is the box of its table, which may be empty. */
  constructor(canvas, tableBox) {
    this.canvas = canvas;
    this.tableBox = tableBox;
    this.lit = null;
    this.values = element("div", { class: "values", hidden: true });
    this.ring = element("div", {
      class: "ring", role: "slider", tabindex: 0,
      "aria-label": "Points of the picture: go through them with the arrow keys",
      onkeydown: (event) => this.go(event),
      onfocus: () => this.light(this.lit ?? this.visible[0]),
      onblur: () => this.clear(),
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) this.light(this.nearest(event));
    });
    canvas.addEventListener("pointerleave", () => this.clear());
    tableBox.addEventListener("pointerover", (event) => this.light(rowAt(event)));
    tableBox.addEventListener("pointerleave", () => this.clear());
    tableBox.addEventListener("focusin", (event) => this.light(rowAt(event)));
    tableBox.addEventListener("focusout", () => this.clear());
    tableBox.addEventListener("keydown", (event) => this.goInTable(event));
  }

  /** Takes the points of a new drawing. */
  take(table) {
    this.table = table;
    this.visible = table.places.flatMap((place, row) => (place ? [row] : []));
    this.canvas.append(this.ring, this.values);
    this.ring.classList.toggle("idle", !this.visible.length);
    this.ring.tabIndex = this.visible.length ? 0 : -1;
    this.ring.setAttribute("aria-valuemin", 1);
    this.ring.setAttribute("aria-valuemax", Math.max(1, table.rows.length));
    this.ring.setAttribute("aria-valuenow", 1 + (this.visible[0] ?? 0));
    if (document.activeElement === this.ring) this.light(this.visible.includes(this.lit) ? this.lit : this.visible[0]);
    else this.clear();
  }

  /** Lights up a row and its point, with the values. */
  light(row) {
    if (row == null || !this.table?.rows[row]) return this.clear();
    this.unmark();
    this.lit = row;
    const { columns, rows, places } = this.table;
    const words = columns.map(({ name }, at) => `${name} ${rows[row][at]}`);
    this.ring.setAttribute("aria-valuenow", row + 1);
    this.ring.setAttribute("aria-valuetext", words.join(", "));
    this.line(row)?.classList.add("lit");
    this.ring.classList.toggle("lit", Boolean(places[row]));
    this.values.hidden = !places[row];
    if (!places[row]) return;
    const [left, top] = this.position(places[row]);
    for (const { style } of [this.ring, this.values]) {
      style.left = `${left}%`;
      style.top = `${top}%`;
    }
    this.values.classList.toggle("leftwards", left > 55);
    this.values.classList.toggle("upwards", top > 50);
    this.values.replaceChildren(...columns.flatMap(({ name }, at) =>
      [element("span", {}, name), element("b", {}, rows[row][at])]));
    this.scrollTo(this.line(row));
  }

  clear() {
    if (this.ring === document.activeElement) return;
    this.unmark();
    this.lit = null;
    this.values.hidden = true;
    this.ring.classList.remove("lit");
  }

  unmark() {
    this.tableBox.querySelectorAll(".lit").forEach((line) => line.classList.remove("lit"));
  }

  line(row) {
    return this.tableBox.querySelectorAll("tbody tr")[row];
  }

  /** Scrolls the box of the table, and not the page, if the row was not pointed at itself. */
  scrollTo(line) {
    if (!line || this.tableBox.matches(":hover") || this.tableBox.contains(document.activeElement)) return;
    this.tableBox.scrollTop = line.offsetTop - this.tableBox.clientHeight / 2;
  }

  /** Where a place is, in hundredths of the canvas from the left and from the top. */
  position([x, y]) {
    const [box, whole] = [this.frame(), this.canvas.getBoundingClientRect()];
    const [left, top] = [box.left + x * box.width - whole.left, box.bottom - y * box.height - whole.top];
    return [(left / whole.width) * 100, (top / whole.height) * 100];
  }

  frame() {
    return this.canvas.querySelector("rect.frame").getBoundingClientRect();
  }

  nearest({ clientX, clientY }) {
    const box = this.table && this.canvas.querySelector("rect.frame") && this.frame();
    if (!box) return null;
    const distance = (row) => {
      const [x, y] = this.table.places[row];
      return Math.hypot(box.left + x * box.width - clientX, box.bottom - y * box.height - clientY);
    };
    const found = this.visible.map((row) => [distance(row), row]).filter(([far]) => far <= NEAR);
    // Of several at one place the last is in front.
    return found.reduce((best, next) => (best && best[0] < next[0] ? best : next), null)?.[1];
  }

  go(event) {
    const at = this.visible.indexOf(this.lit);
    const last = this.visible.length - 1;
    const [before, after] = [at - 1, at + 1];
    const keys = { ArrowRight: after, ArrowUp: after, ArrowLeft: before, ArrowDown: before, Home: 0, End: last };
    const next = keys[event.key];
    if (event.key === "Escape") this.ring.blur();
    if (next === undefined) return;
    event.preventDefault();
    this.light(this.visible[Math.min(last, Math.max(0, next))]);
  }

  goInTable(event) {
    const line = event.target.closest("tbody tr");
    const next = { ArrowDown: line?.nextElementSibling, ArrowUp: line?.previousElementSibling }[event.key];
    if (!next) return;
    event.preventDefault();
    line.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/** The row of a table that an event is about. */
function rowAt(event) {
  const line = event.target.closest("tbody tr");
  return line ? [...line.parentElement.children].indexOf(line) : null;
}
