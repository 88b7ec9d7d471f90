//! The words for a verdict. What is true was found out before; here it gets its sentences. They are [`readable`], even
//! where a student's code or a compiler chose the words.

use std::fmt;

use harness::{Cell, Trial, excerpt};

use super::cells::first_difference;
use super::panics::meaning;
use crate::attempt::Ending;
use crate::attempt::compile::CompilerError;
use crate::attempt::failure::Culprit;
use crate::clean::readable;
use crate::verdict::diagnosis::{Finding, GivenLaw, Kind, Missing, PowerLaw, Rounding, Side};
use crate::verdict::{Explanation, Extent, NamedMistake, Signature, Spent, User, Verdict, Wrong};

impl Verdict {
    /// The verdict in a word or two.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::NotStarted { .. } => "not started",
            Verdict::DoesNotCompile { .. } => "does not compile",
            Verdict::Wrong(_) => "wrong",
            Verdict::Panicked { .. } => "panicked",
            Verdict::TimedOut { .. } => "timed out",
            Verdict::Crashed { .. } => "crashed",
        }
    }

    /// The sentences for it, a paragraph each; none for a case that passed.
    pub fn sentences(&self) -> Vec<String> {
        match self {
            Verdict::Passed | Verdict::NotStarted { .. } => Vec::new(),
            Verdict::DoesNotCompile { signatures, culprit, errors } => match culprit {
                Culprit::Library => Vec::new(),
                Culprit::Linking => vec!["Your code compiles, but it cannot be linked with the cases:".to_owned()],
                Culprit::File => errors.iter().map(in_the_way).collect(),
                Culprit::Endless | Culprit::Compiler => errors.iter().map(|error| shortened(&error.message)).collect(),
                Culprit::Cases if signatures.is_empty() => {
                    vec!["The cases cannot call your functions as they are:".to_owned()]
                }
                Culprit::Cases => signatures.iter().map(Signature::sentence).collect(),
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

impl Wrong {
    fn sentences(&self) -> Vec<String> {
        let mut sentences = self.explanation.sentences();
        if let Explanation::Shows(findings) = &self.explanation
            && !findings.iter().any(|finding| matches!(finding, Finding::NearlyRight { .. }))
        {
            sentences.extend(first_difference(&self.comparison));
        }
        if self.only_fresh && self.may_fit_the_lesson_alone() {
            sentences.push(
                "The answers are right on the lesson's data but wrong on fresh data: does the code fit only the lesson's data?"
                    .to_owned(),
            );
        }
        sentences
    }

    /// Whether nothing that is known says otherwise: where nothing shows, or something that differs from trial to trial.
    fn may_fit_the_lesson_alone(&self) -> bool {
        let varies = |finding: &Finding| matches!(finding, Finding::TrialFactor { .. } | Finding::TrialOffset { .. });
        matches!(&self.explanation, Explanation::Shows(findings) if findings.iter().all(varies))
    }
}

impl Explanation {
    /// The sentences for it, a paragraph each.
    pub(crate) fn sentences(&self) -> Vec<String> {
        match self {
            Explanation::Mistakes { named, extent } => mistakes(named, extent),
            Explanation::Elsewhere { function, by: User::Function } => {
                vec![format!("It calls `{function}`, which is wrong too: fix that one first.")]
            }
            Explanation::Elsewhere { function, by: User::Case } => {
                vec![format!("This case also uses `{function}`, which is wrong too: fix that one first.")]
            }
            Explanation::Shows(findings) => findings_in_words(findings),
        }
    }
}

/// A sentence for each finding; what is true of several columns is said once.
fn findings_in_words(findings: &[Finding]) -> Vec<String> {
    let without_column = |finding: &Finding| {
        let sentence = finding.to_string();
        finding.column().map(|column| sentence.replace(&format!("`{column}`"), ""))
    };
    let alike = |one: &Finding, other: &Finding| {
        let sentence = without_column(one);
        sentence.is_some() && sentence == without_column(other)
    };
    let in_words = |group: &[Finding]| {
        let (first, others) = group.split_first()?;
        let others: Vec<String> = others.iter().filter_map(Finding::column).map(str::to_owned).collect();
        let also =
            if others.is_empty() { String::new() } else { format!(" The same holds for {}.", listed(&others).0) };
        Some(format!("{first}{also}"))
    };
    findings.chunk_by(alike).filter_map(in_words).collect()
}

fn mistakes(named: &[NamedMistake], extent: &Extent) -> Vec<String> {
    let (one, several) = match extent {
        Extent::Function => (None, "One of these mistakes, whose answers are the same here:".to_owned()),
        Extent::Together => (None, "Two mistakes at once explain these answers:".to_owned()),
        Extent::Case => (
            Some("On this case, the answers match this mistake:".to_owned()),
            "On this case, the answers match one of these mistakes:".to_owned(),
        ),
        Extent::WorkOf(function) => (
            Some(format!("The answers are as if `{function}` had this mistake, but it is in this function:")),
            format!("The answers are as if `{function}` had one of these mistakes, but it is in this function:"),
        ),
    };
    match named {
        [mistake] => one.into_iter().chain([mistake.says.clone()]).collect(),
        named => [several].into_iter().chain(named.iter().map(|mistake| format!("- {}", mistake.says))).collect(),
    }
}

impl Signature {
    fn sentence(&self) -> String {
        let Self { function, wanted, found } = self;
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
pub(crate) fn shortened(words: &str) -> String {
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

/// A trial as a person calls it.
pub fn trial_in_words(trial: Trial) -> String {
    match trial {
        Trial::Lesson => "the lesson's data".to_owned(),
        Trial::Fresh(seed) => format!("fresh data, seed {seed}"),
    }
}

fn there_are_rows(count: usize) -> String {
    match count {
        1 => "There is 1 row".to_owned(),
        count => format!("There are {} rows", Cell::from(count)),
    }
}

/// Columns by name, and the verb that goes with them.
fn listed(columns: &[String]) -> (String, &'static str) {
    let named: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    match named.split_last() {
        Some((last, [])) => (last.clone(), "is"),
        Some((last, others)) => (format!("{} and {last}", others.join(", ")), "are"),
        None => (String::new(), "is"),
    }
}

/// Columns multiplied by one another, each as often as it is named; the same ones stand together.
fn product_in_words(factors: &[String]) -> String {
    let powers = factors.chunk_by(|one, other| one == other).map(|same| match same.len() {
        1 => format!("`{}`", same[0]),
        2 => format!("the square of `{}`", same[0]),
        _ => format!("the cube of `{}`", same[0]),
    });
    powers.collect::<Vec<_>>().join(" times ")
}

fn of_kind(kind: &Kind) -> String {
    match kind {
        Kind::Is(cell) => shortened(&cell.to_string()),
        Kind::Negative => "negative".to_owned(),
        Kind::Positive => "positive".to_owned(),
        Kind::AtLeast(least) => format!("{} or more", Cell::Number(*least)),
        Kind::AtMost(most) => format!("{} or less", Cell::Number(*most)),
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::RowCount { expected, got, missing } if got < expected => {
                write!(f, "{} too few: {got} instead of {expected}.", there_are_rows(expected - got))?;
                f.write_str(match missing {
                    Some(Missing::First) => " The others are right, and the beginning is missing.",
                    Some(Missing::Last) => " The others are right, and the end is missing.",
                    None => "",
                })
            }
            Finding::RowCount { expected, got, .. } => {
                write!(f, "{} too many: {got} instead of {expected}.", there_are_rows(got - expected))
            }
            Finding::NotFinite { column, row, trial, number } if number.is_nan() => {
                let trial = trial_in_words(*trial);
                write!(f, "`{column}` is not a number (NaN) from row {row} on, on {trial}: 0/0 or inf - inf does that.")
            }
            Finding::NotFinite { column, row, trial, .. } => {
                let trial = trial_in_words(*trial);
                write!(
                    f,
                    "`{column}` is infinite from row {row} on, on {trial}: a division by zero or an overflow does that."
                )
            }
            Finding::Sign { column } => write!(f, "Every `{column}` has the right size and the opposite sign."),
            Finding::Factor { column, factor } => {
                write!(f, "Every `{column}` is {} times the expected one.", Cell::Number(*factor))
            }
            Finding::SampleFactor { column, samples, law } => {
                let formula = law.formula();
                write!(f, "Every `{column}` is {formula} times the expected one, n being the number of {samples}.")
            }
            Finding::TrialFactor { column, factors } => {
                let on = |(trial, factor): &(Trial, f64)| {
                    format!("{} times the expected one on {}", Cell::Number(*factor), trial_in_words(*trial))
                };
                let factors: Vec<String> = factors.iter().map(on).collect();
                write!(f, "Every `{column}` is {}.", factors.join(", "))
            }
            Finding::Rounded { column, how } => {
                let how = match how {
                    Rounding::Nearest => "rounded to a whole number",
                    Rounding::Down => "rounded down to a whole number",
                    Rounding::Up => "rounded up to a whole number",
                    Rounding::TowardZero => "cut off at the decimal point",
                    Rounding::SinglePrecision => "of the precision of an `f32`, about seven digits",
                };
                write!(f, "Every `{column}` is {how}.")
            }
            Finding::Absolute { column } => write!(f, "Every `{column}` is the expected one without its sign."),
            Finding::Clamped { column, bound, side } => {
                let (bound, negative) = (Cell::Number(*bound), Cell::Number(-*bound));
                match side {
                    Side::Below => write!(f, "Every `{column}` that should be below {bound} is {bound}."),
                    Side::Above => write!(f, "Every `{column}` that should be above {bound} is {bound}."),
                    Side::Both => write!(
                        f,
                        "Every `{column}` that should be above {bound} is {bound}, and every one that should be below \
                         {negative} is {negative}."
                    ),
                }
            }
            Finding::Power { column, law } => {
                let power = match law {
                    PowerLaw::Square => "the square of the expected one",
                    PowerLaw::Root => "the square root of the expected one",
                    PowerLaw::RootOfSize => "the square root of the expected one without its sign",
                };
                write!(f, "Every `{column}` is {power}.")
            }
            Finding::UpsideDown { column, number } => {
                let number = Cell::Number(*number);
                write!(
                    f,
                    "Every `{column}` is {number} divided by the expected one: is a division the wrong way round?"
                )
            }
            Finding::RunningSum { column } => {
                write!(
                    f,
                    "Each `{column}` is what its row expects, added to the answer of the row before: is a total kept from \
                     one call to the next?"
                )
            }
            Finding::SizeOnly { column } => {
                write!(f, "Every `{column}` has the right size, but some have the wrong sign.")
            }
            Finding::Constant { columns, number, all } => {
                let ((columns, verb), number) = (listed(columns), Cell::Number(*number));
                let end = if *all { ": your code seems to return a fixed number." } else { "." };
                write!(f, "{columns} {verb} {number} in every row, on all data{end}")
            }
            Finding::Ignores { column, given } => {
                write!(f, "`{column}` is the same for every `{given}`, but the expected ones differ.")
            }
            Finding::OnlyWhere { given, kind } => {
                write!(f, "All rows are right except those in which `{given}` is {}.", of_kind(kind))
            }
            Finding::OnlyRightWhere { given, kind } => {
                write!(f, "The only right rows are those in which `{given}` is {}.", of_kind(kind))
            }
            Finding::WrongStart { column, count, trial, expected, got } => {
                let (trial, got) = (trial_in_words(*trial), Cell::Number(*got));
                let expected = Cell::Number(*expected);
                write!(
                    f,
                    "`{column}` is wrong from the start: where `{count}` is 0 it is {got} instead of {expected}, on {trial}."
                )
            }
            Finding::FirstMoves { column, factors } => {
                let on = |(trial, factor): &(Trial, f64)| {
                    format!("{} times the expected amount on {}", Cell::Number(*factor), trial_in_words(*trial))
                };
                let factors: Vec<String> = factors.iter().map(on).collect();
                write!(f, "The first step changes `{column}` by {}.", factors.join(", "))
            }
            Finding::RightUpTo { column, count, last } => {
                write!(f, "`{column}` is right up to `{count}` {}, and wrong after that.", Cell::from(*last))
            }
            Finding::FirstMove { column, factor } if *factor == 0.0 => {
                write!(f, "The first step does not change `{column}`.")
            }
            Finding::FirstMove { column, factor } if (*factor + 1.0).abs() < 1e-6 => {
                write!(f, "The first step changes `{column}` in the opposite direction.")
            }
            Finding::FirstMove { column, factor } => {
                write!(f, "The first step changes `{column}` by {} times the expected amount.", Cell::Number(*factor))
            }
            Finding::Stays { column, row, trial } => {
                let trial = trial_in_words(*trial);
                write!(f, "From row {row} on, `{column}` stays the same on {trial}, but the expected ones go on.")
            }
            Finding::Capitals { column } => write!(f, "`{column}` differs only in upper and lower case."),
            Finding::Spaces { column } => write!(f, "`{column}` differs only in its spaces."),
            Finding::GivenFactor { column, given, law } => {
                let by = match law {
                    GivenLaw::Times => format!("times `{given}`"),
                    GivenLaw::Over => format!("divided by `{given}`"),
                    GivenLaw::TimesTwice => format!("times twice `{given}`"),
                    GivenLaw::OverTwice => format!("divided by twice `{given}`"),
                    GivenLaw::TimesSquare => format!("times the square of `{given}`"),
                    GivenLaw::OverSquare => format!("divided by the square of `{given}`"),
                };
                write!(f, "Every `{column}` is the expected one {by}.")
            }
            Finding::GivenBack { column, given } => {
                write!(f, "Every `{column}` is just the `{given}` of its row: your code gives back what it was given.")
            }
            Finding::GivenBackWhole { given } => {
                write!(f, "The answers of each row are just its `{given}`: your code gives back what it was given.")
            }
            Finding::Term { column, times, given } => {
                let term = product_in_words(given);
                let term = if *times == 1.0 { term } else { format!("{} times {term}", Cell::Number(*times)) };
                write!(f, "In every row, your `{column}` minus the expected one is {term}.")
            }
            Finding::TrialOffset { column, offsets } => {
                let on = |(trial, offset): &(Trial, f64)| {
                    let direction = if *offset > 0.0 { "large" } else { "small" };
                    format!("too {direction} by {} on {}", Cell::Number(offset.abs()), trial_in_words(*trial))
                };
                let offsets: Vec<String> = offsets.iter().map(on).collect();
                write!(f, "Every `{column}` is {}.", offsets.join(", "))
            }
            Finding::Offset { column, offset } => {
                let direction = if *offset > 0.0 { "large" } else { "small" };
                write!(f, "Every `{column}` is too {direction} by {}.", Cell::Number(offset.abs()))
            }
            Finding::NearlyRight { column, off } => {
                write!(
                    f,
                    "Every `{column}` is nearly right, off by at most {off:.0e} of it: is a small number in the wrong \
                     place, or something rounded?"
                )
            }
            Finding::AllEqual { column } => {
                write!(f, "`{column}` is the same in every row, but the expected ones differ.")
            }
            Finding::Shifted { late: true } => f.write_str("Each row holds what was expected one row earlier."),
            Finding::Shifted { late: false } => f.write_str("Each row holds what was expected one row later."),
            Finding::OtherOrder => f.write_str("The rows are the expected ones in another order."),
            Finding::Drifts { column } => {
                write!(f, "The first `{column}` is right, and every later one is off.")
            }
            Finding::Confused { column, expected, got, always } => {
                let called = |word: &Option<String>| match word {
                    Some(word) => format!("\"{}\"", shortened(word)),
                    None => "a number".to_owned(),
                };
                let (expected, got) = (called(expected), called(got));
                if *always {
                    write!(f, "Every `{column}` that should be {expected} is {got}.")
                } else {
                    write!(f, "Every wrong `{column}` is {got} and should be {expected}.")
                }
            }
            Finding::OtherColumn { column, other } => {
                write!(f, "Every `{column}` is what is expected as `{other}`.")
            }
            Finding::ColumnsSwapped { one, other } => write!(f, "`{one}` and `{other}` have changed places."),
            Finding::SameInRow { columns } => {
                let (columns, verb) = listed(columns);
                write!(f, "{columns} {verb} the same in each row, but the expected ones differ.")
            }
            Finding::OnlyColumns { wrong, right } => {
                let ((wrong, verb), (right, others)) = (listed(wrong), listed(right));
                write!(f, "Only {wrong} {verb} wrong: {right} {others} right in every row.")
            }
            Finding::Swapped { column, one, other } => {
                write!(f, "`{column}` has \"{}\" and \"{}\" exchanged.", shortened(one), shortened(other))
            }
        }
    }
}
