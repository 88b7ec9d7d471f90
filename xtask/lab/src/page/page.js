// What the parts of the page share.

import { problem } from "./dom.js";

export const page = {
  /** The state of the course, from the last event. */
  overview: null,
  /** What is shown, such as `step=5` or `page=sum-or-mean`. */
  shown: null,
  /** The round of verdicts that is shown. */
  round: null,
  /** The pictures on the page. */
  pictures: [],
  /** Shows what the address says; `lab.js` sets it. */
  show: async () => {},
};

let later = null;

/** Shows again in a second what could not be shown. */
export function tryLater() {
  clearTimeout(later);
  later = setTimeout(async () => {
    problem(page.overview?.problem ?? "");
    await page.show();
    page.pictures.filter(({ missed }) => missed).forEach((picture) => picture.draw());
  }, 1000);
}
