// Requests to the server.

import { $, say } from "./dom.js";

/** The error that nobody answers; the request is to be tried again. */
export class Unreachable extends Error {}

/** What the server answers; an error is a sentence. */
export async function ask(path, request) {
  const isFile = request instanceof Blob;
  const options = request && {
    method: "POST", body: isFile ? request : JSON.stringify(request),
    headers: { "content-type": isFile ? "text/csv" : "application/json" },
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Unreachable("The lab does not answer. Is `cargo xtask lab` still running? When it answers again, this page "
      + "goes on by itself, with the values that you have set.");
  }
  if (!answer.ok) throw new Error(await answer.text());
  return answer.headers.get("content-type") === "application/json" ? answer.json() : answer.text();
}

/** Opens the file of a step in the student's editor; at the first failure if no line is given. */
export async function openFile(step, line) {
  const words = await ask("/open", { step, line }).catch((error) => error.message);
  $("doing").textContent = words;
  say(words);
}
