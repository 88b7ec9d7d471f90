//! The known mistakes: each is caught, and the student who makes it reads its own sentence.

use grader::Result;
use grader::answers::{Known, KnownMistake, Record};
use grader::course::{Mistake, Source};
use grader::verdict::{Explanation, StepReport, Texts};

use super::{Findings, report_on};
use crate::recording::{Sources, Trialled};

/// Checks that each mistake is caught, and that the student reads its own sentence.
pub(super) fn check(
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    trialled: &Trialled,
    answers: &Record,
    mistakes: Vec<Record>,
) -> Result<()> {
    // What cannot be recorded has been reported before.
    let recorded = sources.mistakes.iter().zip(mistakes).filter(|(_, answers)| !answers.is_empty());
    let known = recorded.map(|(mistake, answers)| {
        let Mistake { name, function, says, .. } = mistake.clone();
        KnownMistake { name, function, says, answers }
    });
    let known = Known::of(sources.step, known.collect(), &sources.solution.stub());

    findings.mistakes.0 = sources.mistakes.len();
    let list = sources.step.solution().join("mistakes.toml");
    let texts = Texts { library: Source::new(&sources.solution.text), ..Texts::default() };
    for (mistake, attempt) in sources.mistakes.iter().zip(trialled.mistakes()) {
        if !known.mistakes.iter().any(|known| known.name == mistake.name) {
            continue;
        }
        let report = report_on(sources.step, attempt, answers, &known, &texts)?;
        match naming(&report, mistake) {
            Naming::Alone => findings.mistakes.1 += 1,
            Naming::With(others) => {
                let others = others.join("`, `");
                let message =
                    format!("mistake `{}` answers as `{others}` does; add a case that tells them apart", mistake.name);
                findings.fault(&list, Some(mistake.line), message);
            }
            Naming::Otherwise(what) => {
                findings.fault(
                    &list,
                    Some(mistake.line),
                    format!("mistake `{}` is not what the student reads: {what}", mistake.name),
                );
            }
        }
    }
    Ok(())
}

/// What a student reads who makes a mistake.
enum Naming {
    Alone,
    With(Vec<String>),
    Otherwise(String),
}

fn naming(report: &StepReport, mistake: &Mistake) -> Naming {
    let Some(case) = report.first_failure() else { return Naming::Otherwise("every case passes".to_owned()) };
    match case.verdict.explanation() {
        Some(Explanation::Mistakes { named, .. }) if named.iter().any(|named| named.name == mistake.name) => {
            let others: Vec<String> =
                named.iter().filter(|named| named.name != mistake.name).map(|named| named.name.clone()).collect();
            if others.is_empty() { Naming::Alone } else { Naming::With(others) }
        }
        Some(Explanation::Mistakes { named, .. }) => {
            let names: Vec<&str> = named.iter().map(|named| named.name.as_str()).collect();
            Naming::Otherwise(format!("it is taken for `{}` of `{}`", names.join("`, `"), case.function))
        }
        _ => Naming::Otherwise(format!("case `{}` of `{}` is {}", case.name, case.function, case.verdict.word())),
    }
}
