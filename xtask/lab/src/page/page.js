// What the parts of the page share.

import { problem } from "./dom.js";

export const page = {
  /** The state of the course, from the last event. */
  overview: null,
  /** What is shown, such as `step=5` or `page=sum-or-mean`. */
  shown: null,
  /** The part of the address after `#` that the experiments have taken their values from, or put them into. */
  taken: null,
  /** The round of verdicts that is shown. */
  round: null,
  /** The pictures on the page. */
  pictures: [],
  /** Shows what the address says; `lab.js` sets it. */
  show: async () => {},
};

let later = null;

/** Shows again in a second what could not be shown. What the page says about it stays until then. */
export function tryLater() {
  clearTimeout(later);
  later = setTimeout(async () => {
    later = null;
    await page.show();
    await Promise.all(page.pictures.filter(({ missed }) => missed).map((picture) => picture.draw()));
    if (later === null) problem(page.overview?.problem ?? "");
  }, 1000);
}
