//! The words for a verdict. What is true was found out before; here it gets its sentences. They are [`readable`], even
//! where a student's code or a compiler chose the words.

use course::{About, Exercise};
use harness::{Cell, Trial, excerpt};
use outcome::{CompilerError, Culprit, Ending};
use verdict::{
    CaseReport, Explanation, Extent, Finding, NamedMistake, Signature, Spent, StepReport, User, Verdict, Wrong,
};

use super::cells::{by_hand, first_difference};
use super::findings::findings_in_words;
use super::panics::meaning;
use crate::clean::readable;

/// What a person reads of it.
pub trait InWords {
    /// The sentences for it, a paragraph each; none for a case that passed.
    fn sentences(&self) -> Vec<String>;
}

impl InWords for Verdict {
    fn sentences(&self) -> Vec<String> {
        match self {
            Verdict::Passed | Verdict::NotStarted { .. } => Vec::new(),
            Verdict::DoesNotCompile { signatures, culprit, errors } => match culprit {
                Culprit::Library => Vec::new(),
                Culprit::Linking => vec!["Your code compiles, but it cannot be linked with the cases:".to_owned()],
                Culprit::File => errors.iter().map(in_the_way).collect(),
                Culprit::Endless | Culprit::Compiler => errors.iter().map(|error| shortened(&error.message)).collect(),
                Culprit::Cases if signatures.is_empty() => {
                    let put_back = "The cases cannot use your code as it is. What the compiler names below has changed or is \
                                    gone: put it back as it is in the stub, `snapshots/stub.rs` of this step.";
                    vec![put_back.to_owned()]
                }
                Culprit::Cases => signatures.iter().map(signature_in_words).collect(),
            },
            Verdict::Wrong(wrong) => wrong.sentences(),
            Verdict::Panicked { message, place, explanation, .. } => {
                let place = place.as_ref().map(|place| format!(" ({}:{})", shortened(&place.file), place.line));
                let mut sentences =
                    vec![format!("The code panicked: {}{}", shortened(message), place.unwrap_or_default())];
                sentences.extend(why_it_panicked(message, explanation.as_ref()));
                sentences
            }
            Verdict::TimedOut { limit, spent: Spent::Waiting, .. } => vec![format!(
                "The code was stopped after it had waited for {} s: does it sleep, or wait for input, a lock or a message \
                 that never comes?",
                limit.as_secs_f64()
            )],
            Verdict::TimedOut { limit, spent: Spent::Computing, .. } => vec![format!(
                "The code did not end within {} s and was stopped: does every loop end?",
                limit.as_secs_f64()
            )],
            Verdict::Crashed { ending, .. } => vec![how_it_crashed(ending)],
        }
    }
}

/// What a person is told of a panic beside its message: what explains it, or else what such a message means.
pub(crate) fn why_it_panicked(message: &str, explanation: Option<&Explanation>) -> Vec<String> {
    match explanation {
        Some(explanation) => explanation.sentences(),
        None => meaning(message).map(str::to_owned).into_iter().collect(),
    }
}

/// One row to work out by hand, which is told where nothing is known of the answers.
pub fn row_by_hand(wrong: &Wrong) -> Option<String> {
    if known(wrong).is_empty() { by_hand(&wrong.comparison, &wrong.formulas) } else { None }
}

/// What explains the answers, or what they show.
fn known(wrong: &Wrong) -> Vec<String> {
    let mut sentences = wrong.explanation.sentences();
    if let Explanation::Shows(findings) = &wrong.explanation
        && !findings.iter().any(|finding| matches!(finding, Finding::NearlyRight { .. } | Finding::Blurred { .. }))
    {
        sentences.extend(first_difference(&wrong.comparison));
    }
    sentences
}

impl InWords for Wrong {
    fn sentences(&self) -> Vec<String> {
        let mut sentences = known(self);
        sentences.extend(row_by_hand(self));
        if self.only_fresh && may_fit_the_lesson_alone(&self.explanation) {
            sentences.push(
                "The answers are right on the lesson's data but wrong on fresh data: does the code fit only the lesson's data?"
                    .to_owned(),
            );
        }
        sentences
    }
}

/// Whether the code may fit only the lesson's data: the numbers show nothing, or something that differs between
/// trials.
fn may_fit_the_lesson_alone(explanation: &Explanation) -> bool {
    let varies = |finding: &Finding| matches!(finding, Finding::TrialFactor { .. } | Finding::TrialOffset { .. });
    matches!(explanation, Explanation::Shows(findings) if findings.iter().all(varies))
}

impl InWords for Explanation {
    fn sentences(&self) -> Vec<String> {
        match self {
            Explanation::Mistakes { named, extent } => mistakes(named, extent),
            Explanation::Elsewhere { function, by: User::Function } => {
                vec![format!("It calls `{function}`, which is wrong: fix that one first.")]
            }
            Explanation::Elsewhere { function, by: User::Case } => {
                vec![format!("This case also uses `{function}`, which is wrong: fix that one first.")]
            }
            Explanation::Shows(findings) => findings_in_words(findings),
        }
    }
}

/// What is known is that the answers are the same; the code may come to them in another way.
fn mistakes(named: &[NamedMistake], extent: &Extent) -> Vec<String> {
    let (one, several) = match extent {
        Extent::Function => {
            ("Your answers match this mistake:".to_owned(), "Your answers match each of these mistakes:".to_owned())
        }
        Extent::Together => {
            let together = "Your answers match these two mistakes together:".to_owned();
            (together.clone(), together)
        }
        Extent::Case => (
            "On this case, your answers match this mistake:".to_owned(),
            "On this case, your answers match each of these mistakes:".to_owned(),
        ),
        Extent::WorkOf(function) => (
            format!("Your answers are as if `{function}` had this mistake, but it is in this function:"),
            format!("Your answers are as if `{function}` had one of these mistakes, but it is in this function:"),
        ),
    };
    match named {
        [mistake] => vec![format!("{one} {}", mistake.says)],
        named => [several].into_iter().chain(named.iter().map(|mistake| format!("- {}", mistake.says))).collect(),
    }
}

fn signature_in_words(signature: &Signature) -> String {
    let Signature { function, wanted, found } = signature;
    match found {
        None => format!("There is no `{function}` in src/lib.rs any more. The cases call `{wanted}`."),
        Some(found) if !found.starts_with("pub ") => {
            format!("`{function}` must be `pub`, so that the cases can call it: `{wanted}`.")
        }
        Some(found) => {
            format!("`{function}` is declared as `{}`, but the cases call `{wanted}`.", shortened(found))
        }
    }
}

/// What is wrong with a file as a whole.
fn in_the_way(error: &CompilerError) -> String {
    let message = shortened(&error.message);
    let end = if message.ends_with('?') { "" } else { "." };
    match &error.place {
        Some(place) => format!("{}: {message}{end}", place.file),
        None => format!("{message}{end}"),
    }
}

/// Text from elsewhere, which may have any length.
pub fn shortened(words: &str) -> String {
    const SHOWN: usize = 1_000;
    excerpt(&readable(words), SHOWN)
}

fn how_it_crashed(ending: &Ending) -> String {
    match ending {
        Ending::StackOverflow => {
            "The stack overflowed: a function keeps calling itself, or holds a huge array.".to_owned()
        }
        Ending::Exited(Some(code)) => format!("The code ended the program (exit code {code}) before it had answered."),
        Ending::Signalled(6) => "The code aborted the program (signal 6) before it had answered.".to_owned(),
        Ending::Signalled(signal) => format!("Signal {signal} ended the program before it had answered."),
        Ending::TooManyAnswers => "The code gave more answers than the grader reads.".to_owned(),
        Ending::TooMuchMemory(bytes) => {
            format!(
                "The code was stopped when it took more than {} MiB of memory: does a list grow without end?",
                bytes >> 20
            )
        }
        Ending::NoMemory(bytes) => {
            let bytes =
                usize::try_from(*bytes).map_or_else(|_| bytes.to_string(), |bytes| Cell::from(bytes).to_string());
            format!(
                "The code asked for {bytes} bytes of memory at once, which the system did not give: is a size wrong?"
            )
        }
        Ending::TooLargeFile(bytes) => {
            format!("The code wrote a file of more than {} MiB and was stopped.", bytes >> 20)
        }
        Ending::TooManyProcesses(most) => {
            format!("The code ran more than {most} programs at once and was stopped.")
        }
        Ending::Gone => "The code deleted its own program or folder while it was graded.".to_owned(),
        Ending::Exited(None) | Ending::Done | Ending::TimedOut(_) | Ending::Waited(_) | Ending::Stalled(_) => {
            "The program ended before it had answered.".to_owned()
        }
    }
}

/// Which of several steps have changed since a student began them, and what to do. Each is given by its name.
pub fn changed_exercises<'a>(steps: impl IntoIterator<Item = (&'a str, Exercise)>) -> Option<String> {
    let changed = steps.into_iter().filter(|(_, exercise)| *exercise == Exercise::Changed);
    let names: Vec<&str> = changed.map(|(name, _)| name).collect();
    Some(match &names[..] {
        [] => return None,
        [name] => format!("Step {name} has changed since you began it: cargo xtask update {name}"),
        [names @ .., last] => {
            let names = names.join(", ");
            format!("Steps {names} and {last} have changed since you began them: cargo xtask update")
        }
    })
}

/// That a course is complete, in its own words; bonus steps may be left.
pub fn complete(about: &About, bonus_left: bool) -> String {
    let rest = if bonus_left { "every step passes. The rest is a bonus." } else { "every case of every step passes." };
    format!("{}: {rest}", about.words.complete)
}

/// How many of some steps are done, and how many of them are counted apart: `2 of 3 steps done, 1 cannot be graded`.
pub fn steps_done(done: usize, all: usize, apart: &[(usize, &str)]) -> String {
    let word = if all == 1 { "step" } else { "steps" };
    let apart = apart.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!(", {count} {words}"));
    format!("{done} of {all} {word} done{}", apart.collect::<String>())
}

/// A trial as a person calls it.
pub fn trial_in_words(trial: Trial) -> String {
    match trial {
        Trial::Lesson => "the lesson's data".to_owned(),
        Trial::Fresh(seed) => format!("fresh data, seed {seed}"),
    }
}

/// The command that runs one case, on the trial that its verdict is about, and prints all that comes of it.
pub(crate) fn run_by_hand(step: &StepReport, case: &CaseReport) -> String {
    let trial = case.verdict.trial().filter(|trial| *trial != Trial::Lesson);
    let trial = trial.map(|trial| format!(" {trial}")).unwrap_or_default();
    format!("cargo run -p {} -- {}{trial}", step.name, case.name)
}
