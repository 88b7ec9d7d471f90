// What the whole page uses to show elements and sentences.

export const $ = (id) => document.getElementById(id);

// Only the server's own HTML and drawings become elements; see `grown`.
const trusted = window.trustedTypes?.createPolicy("lab", { createHTML: (text) => text });

/** An element with attributes and children. A string becomes text, and never HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** The nodes of a sentence, in which the text between backticks is code. */
export function prose(sentence) {
  const parts = sentence.split("`");
  if (parts.length % 2 === 0) return [sentence];
  return parts.map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

/** HTML or a drawing from the server, as elements. */
export function grown(html) {
  const template = document.createElement("template");
  template.innerHTML = trusted ? trusted.createHTML(html) : html;
  return template.content;
}

/** Lets the keyboard scroll a box whose content is larger than the box. */
export function reachable(box, label) {
  if (box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1) return;
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", label);
}

let shownProblem = "";

/** Shows a problem above the page, or none. Screen readers hear the same problem once. */
export function problem(words) {
  $("problem").hidden = !words;
  if (words !== shownProblem) $("problem").replaceChildren(...prose(words));
  shownProblem = words;
}

/** Announces a sentence to screen readers. */
export function say(words) {
  $("said").textContent = words;
}
