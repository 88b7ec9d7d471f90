// The address after `#`: where the student is, and the values of an experiment's controls.

/** The current place: a step or a page, a heading on it, an experiment and the values of its controls. */
export function placeNow() {
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

/** The address of an experiment with these values of its controls. */
export function addressOf(step, experiment, controls) {
  const words = new URLSearchParams({ step });
  if (experiment) words.set("experiment", experiment);
  for (const [name, value] of Object.entries(controls ?? {})) words.set(`:${name}`, value);
  // A colon needs no escaping here, and is easier to read.
  return `#${words.toString().replaceAll("%3A", ":")}`;
}
