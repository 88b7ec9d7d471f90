//! Experiments in words: with what a run was made, how it ended, and why there is none.

use course::Experiment;
use harness::Cell;
use harness::controls::DATA;
use outcome::{Culprit, Place};
use report::{InWords, shortened, trial_in_words};
use verdict::Verdict;

use crate::finish::Ground;
use crate::{Data, Finish, Pair, Run, Trouble, finishes};

impl Trouble {
    /// What a person is told.
    pub fn sentences(&self) -> Vec<String> {
        let verdict = match self {
            Trouble::Refused(sentence) => return vec![sentence.clone()],
            Trouble::NoSuchExperiment(name) => {
                return vec![format!("cases.rs has no experiment `{}`", shortened(name))];
            }
            Trouble::Code(verdict) => &**verdict,
        };
        let with_place = |sentence: String, place: &Option<Place>| match place {
            Some(place) => format!("{sentence} ({}:{})", shortened(&place.file), place.line),
            None => sentence,
        };
        match verdict {
            Verdict::NotStarted { todo } => {
                vec![with_place("This runs a function that is not written yet".to_owned(), todo) + "."]
            }
            Verdict::DoesNotCompile {
                errors, culprit: Culprit::Library | Culprit::Linking | Culprit::Cases, ..
            } => {
                let first = errors.first().map(|error| {
                    with_place(format!("The code does not compile: {}", shortened(&error.message)), &error.place)
                });
                verdict.sentences().into_iter().chain(first).collect()
            }
            verdict => verdict.sentences(),
        }
    }
}

impl Run {
    /// The data that it ran on, in words; nothing if it uses none.
    pub fn data_in_words(&self) -> Option<String> {
        Some(match self.data()? {
            Data::Own => "your own data".to_owned(),
            Data::Trial(trial) => trial_in_words(trial),
        })
    }
}

impl Pair {
    /// With which values it ran, and on which data.
    pub fn setting(&self) -> String {
        let run = self.leading();
        let values = run.controls.iter().filter(|control| control.name != DATA);
        let values: Vec<String> = values.map(|control| format!("{} = {}", control.name, control.value)).collect();
        match (values.join("; "), run.data_in_words()) {
            (values, None) => values,
            (values, Some(on)) if values.is_empty() => format!("on {on}"),
            (values, Some(on)) => format!("{values}, on {on}"),
        }
    }

    /// What the picture alone does not say: how each run of the student's ended, and what was printed or left out.
    pub fn notes(&self, experiment: &Experiment) -> Vec<String> {
        let mut notes = Vec::new();
        let (whose, run) = match (&self.student.table, &self.solution) {
            (Err(_), Some(solution)) => ("The expected run ", solution),
            _ => ("", &self.student),
        };
        if let Ok(table) = &run.table {
            // What descends is called as its column is.
            let height = experiment.ending.as_ref().map_or("loss", |ending| &ending.loss.text);
            for (name, finish) in finishes(experiment, &run.controls, table) {
                let sentence = finish.sentence(height);
                notes.push(match (name, whose) {
                    (Some(name), _) => format!("{name}: {sentence}"),
                    (None, "") => format!("It {sentence}"),
                    (None, whose) => format!("{whose}{sentence}"),
                });
            }
            if table.row_count > table.rows.len() {
                let [all, kept] = [table.row_count, table.rows.len()].map(Cell::from);
                notes.push(format!("Of {all} rows only the first {kept} are kept."));
            }
        }
        if self.student.printed.bytes > 0 {
            let bytes = i64::try_from(self.student.printed.bytes).unwrap_or(i64::MAX);
            notes.push(format!("Your code printed {} bytes.", Cell::from(bytes)));
        }
        notes
    }
}

impl Finish {
    /// The finding, as what follows `It`: `arrived after 14 steps: …`. `height` is what goes down: `loss`.
    pub fn sentence(&self, height: &str) -> String {
        match self {
            Finish::NoStep => "took no step.".to_owned(),
            Finish::Still { loss, .. } => format!("does not move: the {height} stays {}.", short(*loss)),
            Finish::Arrived { step, loss, ground } => {
                let at = ground.as_ref().map(|ground| format!(" at {}", place(&ground.point)));
                let why = ground.as_ref().map(|ground| format!("; {}", ground.curved()));
                format!(
                    "arrived after {}{}: the {height} stays {}{}.",
                    counted(*step),
                    at.unwrap_or_default(),
                    short(*loss),
                    why.unwrap_or_default()
                )
            }
            Finish::AtSaddle { step, loss, ground } => {
                let since = if *step == 0 { "from the start".to_owned() } else { format!("after {}", counted(*step)) };
                format!(
                    "is at a saddle {since}, at {}: the {height} stays {}, but this is no minimum; {}.",
                    place(&ground.point),
                    short(*loss),
                    ground.curved()
                )
            }
            Finish::Falls { share: Some(share), steps, losses: [first, last] } => {
                let how = if *share < 0.5 { "crawls" } else { "is on its way" };
                format!(
                    "{how}: in {} the {height} went from {} to {}, which is {} of the way down.",
                    counted(*steps),
                    short(*first),
                    short(*last),
                    percent(*share)
                )
            }
            Finish::Falls { share: None, steps, losses: [first, last] } => format!(
                "falls: in {} the {height} went from {} to {}, too few to say where that leads.",
                counted(*steps),
                short(*first),
                short(*last)
            ),
            Finish::Speeds { drops: [last, before], has_minimum } => {
                let end = if *has_minimum { "" } else { " This surface has no minimum." };
                format!(
                    "falls faster and faster: the last step lowered the {height} by {}, the one before by {}.{end}",
                    short(*last),
                    short(*before)
                )
            }
            Finish::Jumps { between: [one, other], losses: [at_one, at_other] } => format!(
                "jumps between {} and {} without end: the {height} is {} at one and {} at the other.",
                place(one),
                place(other),
                short(*at_one),
                short(*at_other)
            ),
            Finish::Closes { factor, loss } => format!(
                "jumps from side to side and comes closer: each jump is {} times as long as the one before; the {height} \
                 is {} now.",
                short(*factor),
                short(*loss)
            ),
            Finish::Swings { steps, between: [low, high] } => {
                format!(
                    "swings: in the last {} the {height} went up and down between {} and {}.",
                    counted(*steps),
                    short(*low),
                    short(*high)
                )
            }
            Finish::Diverges { first, last, step, overflows } => {
                let end = if *overflows { ", and after that it is no number any more" } else { "" };
                format!(
                    "diverges: the {height} grew from {} to {} in {}{end}.",
                    short(*first),
                    short(*last),
                    counted(*step)
                )
            }
        }
    }
}

impl Ground {
    /// How it is curved, in words.
    fn curved(&self) -> String {
        let [smaller, larger] = self.curvatures.map(short);
        match self.curvatures {
            [low, _] if self.is_saddle() && low < 0.0 && self.curvatures[1] > 0.0 => {
                format!("the ground curves down one way (curvature {smaller}) and up the other ({larger})")
            }
            _ if self.is_saddle() => format!("the ground hardly curves up (curvatures {smaller} and {larger})"),
            _ => format!("the ground curves up all round (curvatures {smaller} and {larger})"),
        }
    }
}

/// A number of four digits.
fn short(number: f64) -> String {
    const DIGITS: i32 = 4;
    let size = number.abs();
    if size == 0.0 || !number.is_finite() || !(1e-3..1e7).contains(&size) {
        let text =
            if size == 0.0 || !number.is_finite() { Cell::Number(number).to_string() } else { format!("{number:.3e}") };
        return text;
    }
    let unit = 10_f64.powi(DIGITS - 1 - size.log10().floor() as i32);
    Cell::Number((number * unit).round() / unit).to_string()
}

fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        _ if percent >= 99.995 => "more than 99.99 %".to_owned(),
        _ if percent > 99.0 => format!("about {percent:.2} %"),
        _ if percent < 1.0 => format!("about {} %", short(percent)),
        _ => format!("about {percent:.0} %"),
    }
}

fn place(position: &[f64]) -> String {
    let coordinates: Vec<String> = position.iter().map(|coordinate| short(*coordinate)).collect();
    match &coordinates[..] {
        [one] => one.clone(),
        _ => format!("({})", coordinates.join(", ")),
    }
}

fn counted(steps: usize) -> String {
    if steps == 1 { "1 step".to_owned() } else { format!("{} steps", Cell::from(steps)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finish_is_told_with_its_numbers() {
        let ground = |smaller, larger| Ground { point: [0.0, 1.5], curvatures: [smaller, larger], slope: 0.0 };
        let losses = [1.35e11, 1.212e11];
        let told = [
            Finish::NoStep,
            Finish::Still { loss: 1.35e11, ground: None },
            Finish::Arrived { step: 1, loss: 7.5, ground: None },
            Finish::Arrived { step: 14, loss: 0.0, ground: Some(ground(2.0, 40.0)) },
            Finish::AtSaddle { step: 0, loss: 0.0, ground: ground(-2.0, 2.0) },
            Finish::AtSaddle { step: 3, loss: 0.0, ground: ground(0.0, 0.0) },
            Finish::Falls { share: Some(0.1025), steps: 20, losses },
            Finish::Falls { share: Some(0.985), steps: 20, losses },
            Finish::Falls { share: None, steps: 1, losses },
            Finish::Speeds { drops: [0.5, 0.25], has_minimum: false },
            Finish::Jumps { between: [vec![300.0], vec![100.0]], losses: [1.35e11; 2] },
            Finish::Closes { factor: 0.97, loss: 8.0 },
            Finish::Swings { steps: 2, between: [3.5, 6.0] },
            Finish::Diverges { first: 1.35e11, last: 1.35e211, step: 2, overflows: true },
        ]
        .map(|finish| finish.sentence("loss"));
        testkit::assert_golden!("finishes", &told.join("\n"));
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.0, "0"),
            (1.0 / 3.0, "0.3333"),
            (-1234.5678, "-1,235"),
            (9_999_999.0, "10,000,000"),
            (1.35e11, "1.350e11"),
            (7.4e-8, "7.400e-8"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(short(number), text);
        }
        assert_eq!([0.1025, 0.9985, 0.000_123].map(percent), ["about 10 %", "about 99.85 %", "about 0.0123 %"]);
    }
}
