// The controls of an experiment: sliders, boxes, lists, and a handle on the picture.

import { element, say } from "./dom.js";

/** The widget for a control of an experiment: an element, and how it shows a value. */
export function widgetOf(experiment, control) {
  const makers = {
    number: numberWidget, count: countWidget, choice: choiceWidget, point: pointWidget, data: dataWidget,
  };
  return makers[control.kind](experiment, control);
}

let widgets = 0;

/** A widget with its label, which is that of the first field. */
function labelled(name, ...inside) {
  const id = `control-${(widgets += 1)}`;
  (inside[0].querySelector("input") ?? inside[0]).id = id;
  return element("div", { class: "control" }, element("label", { for: id }, name), ...inside);
}

/**
 * A slider on its track, with a mark at the value that the experiment tells. `part` says where a value is, from 0 to 1.
 * The mark can be pressed, and sets the control to its value.
 */
function trackOf(slider, part, set) {
  let marked = null;
  const tick = element("div", { class: "tick" });
  const button = element("button", { type: "button", class: "mark", onclick: () => set(marked) });
  return {
    track: element("div", { class: "track" }, slider, tick, button),
    mark(mark) {
      marked = mark?.value;
      const at = mark ? part(mark.value) : NaN;
      button.hidden = tick.hidden = !(at >= 0 && at <= 1);
      if (button.hidden) return;
      button.textContent = `${mark.label} = ${digits(mark.value, 4)}`;
      button.title = "Set the slider to this value";
      for (const { style } of [button, tick]) style.setProperty("--at", at);
    },
  };
}

/** Shows a value in a box, unless somebody is typing there. */
function showIn(box, value) {
  if (document.activeElement !== box) box.value = value;
  box.removeAttribute("aria-invalid");
}

/** A box for a number. Anything else stays in the box and is marked as invalid. */
function numberBox(label, { low, high }, set) {
  const box = element("input", {
    type: "text", inputmode: "decimal", "aria-label": label, autocomplete: "off", spellcheck: "false",
  });
  box.addEventListener("change", () => {
    const number = Number(box.value.trim().replace(",", "."));
    const fits = box.value.trim() !== "" && number >= low && number <= high;
    box.setAttribute("aria-invalid", !fits);
    if (fits) set(number);
    else say(`${label} is a number from ${low} to ${high}.`);
  });
  return box;
}

/** A number with so many digits. */
function digits(number, count) {
  return Number(number.toPrecision(count)).toString();
}

/** A number with three digits. */
function short(number) {
  return digits(number, 3);
}

const NOTCHES = 1000;

function numberWidget(experiment, { name, low, high, logarithmic }) {
  const to = (value) => NOTCHES
    * (logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const from = (notch) => {
    const part = notch / NOTCHES;
    return logarithmic ? low * (high / low) ** part : low + part * (high - low);
  };
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
  const set = (value) => experiment.set(name, String(value));
  const box = numberBox(`${name}, as a number`, { low, high }, set);
  const { track, mark: showMark } = trackOf(slider, (value) => to(value) / NOTCHES, set);
  const root = labelled(name, track, box);
  return {
    root,
    show({ value, mark }) {
      showIn(box, value);
      showMark(mark);
      slider.setAttribute("aria-valuetext", value);
      const shows = rounded(from(Number(slider.value))) === Number(value);
      if (document.activeElement !== slider || !shows) slider.value = to(Number(value));
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
  const button = (words, label, work) =>
    element("button", { type: "button", "aria-label": `${label}: ${name}`, onclick: work }, words);
  const play = element("button", { type: "button", class: "play", onclick: () => (playing ? stop() : run()) }, "Play");
  const steps = element("span", { class: "steps" },
    button("−", "One back", () => step(-1)), play, button("+", "One forward", () => step(1)));
  const { track, mark: showMark } = trackOf(slider, (value) => (value - low) / (high - low),
    (value) => set(Math.round(value)));
  const root = labelled(name, track, box, steps);
  return {
    root,
    leave: stop,
    show({ value, mark }) {
      showMark(mark);
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
  const chosen = () => (list.value === "fresh" ? `fresh-${seed.value || 1}` : list.value);
  const list = element("select", { onchange: () => experiment.set(name, chosen()) },
    hasOwn ? element("option", { value: "own" }, "your own file") : null,
    element("option", { value: "lesson" }, `the lesson's ${records}`),
    element("option", { value: "fresh" }, `fresh ${records}`));
  const seed = element("input", {
    type: "text", inputmode: "numeric", "aria-label": "The seed of the fresh data", autocomplete: "off",
  });
  seed.addEventListener("change", () => {
    const fits = /^\d{1,9}$/.test(seed.value);
    seed.setAttribute("aria-invalid", !fits);
    if (fits) experiment.set(name, `fresh-${seed.value}`);
    else say("A seed is a whole number.");
  });
  const otherSeed = () => 1 + Math.floor(Math.random() * 9999);
  const other = element("button", { type: "button", onclick: () => experiment.set(name, `fresh-${otherSeed()}`) },
    "Other data");
  const file = element("input", {
    type: "file", accept: ".csv,text/csv", hidden: true, onchange: () => experiment.useFile(file.files[0]),
  });
  const title = `A CSV file with the columns ${columns.join(" and ")}; you can also drop it here`;
  const ownFile = columns.length
    ? element("button", { type: "button", title, onclick: () => file.click() }, "Your own…") : null;
  return {
    root: labelled(name, list, seed, element("span", { class: "steps" }, other, ownFile, file)),
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
    at = point.map((value, index) => {
      const { low, high } = ranges[index];
      const unit = fine(ranges[index]);
      return Number(Math.min(high, Math.max(low, Math.round(value / unit) * unit)).toPrecision(12));
    });
    put();
    experiment.set(name, at.join(", "));
  };
  const replaced = (index, value) => at.map((old, other) => (other === index ? value : old));
  const boxes = ["first", "second"].map((which, index) =>
    numberBox(`${name}, the ${which} number`, ranges[index], (value) => set(replaced(index, value))));
  const handle = element("div", {
    class: "handle", role: "slider", tabindex: 0, "aria-label": `${name}: move it with the arrow keys`,
  });
  const lines = (axis) => [...axis.ends.map((end) => (axis.logarithmic ? Math.log(end) : end)), axis.logarithmic];
  const frame = () => experiment.canvas.querySelector("rect.frame")?.getBoundingClientRect();
  const put = () => {
    const [box, whole] = [frame(), experiment.canvas.getBoundingClientRect()];
    handle.hidden = !box || !experiment.axes;
    if (handle.hidden) return;
    const [x, y] = experiment.axes.map((axis, index) => {
      const [low, high, logarithmic] = lines(axis);
      return ((logarithmic ? Math.log(at[index]) : at[index]) - low) / (high - low);
    });
    handle.style.left = `${((box.left - whole.left + x * box.width) / whole.width) * 100}%`;
    handle.style.top = `${((box.bottom - whole.top - y * box.height) / whole.height) * 100}%`;
    handle.setAttribute("aria-valuenow", at[0]);
    handle.setAttribute("aria-valuemin", ranges[0].low);
    handle.setAttribute("aria-valuemax", ranges[0].high);
    handle.setAttribute("aria-valuetext", `${short(at[0])} and ${short(at[1])}`);
    boxes.forEach((input, index) => showIn(input, at[index]));
  };
  const under = (event) => {
    const box = frame();
    const parts = [(event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height];
    return parts.map((part, index) => {
      const [low, high, logarithmic] = lines(experiment.axes[index]);
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
    set(at.map((value, index) => value + arrow[index] * part * (ranges[index].high - ranges[index].low)));
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
