//! The controls of an experiment: the draws of its trial, each of which whoever runs it can set.
//!
//! An experiment declares nothing: it draws, as a case does, and what it draws is taken down with the lesson's value
//! and what else is allowed. A value that was given takes the place of the lesson's. Which draws there are may depend
//! on others, so that the controls are always those of one run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::panic;

use serde::{Deserialize, Serialize};

use crate::cell::{exact, plain_excerpt};
use crate::own_data::fields_of;
use crate::{Dataset, OwnData, OwnFile, Trial, View};

/// What an experiment has drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// Its name.
    pub name: String,
    /// What can be given.
    pub domain: Domain,
    /// The lesson's value.
    pub lesson: Value,
    /// The value in this run.
    pub value: Value,
}

/// What can be given for a control. Both ends of a range are part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// A number.
    Number(Span),
    /// A whole number.
    Count {
        /// The lowest.
        low: usize,
        /// The highest.
        high: usize,
    },
    /// One of these words.
    Choice(Vec<String>),
    /// A point of the plane.
    Point {
        /// The range of its first coordinate.
        x: Span,
        /// The range of its second coordinate.
        y: Span,
    },
    /// The data that the experiment runs on: `lesson`, `fresh-` and a seed, or `own` where there is such.
    Data {
        /// What the records are, as their set says.
        records: String,
        /// The columns of a file that can take its place; none if no file can.
        columns: Vec<String>,
        /// Whether there is such a file.
        has_own: bool,
    },
}

/// A range of numbers, with both ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The lowest.
    #[serde(with = "exact")]
    pub low: f64,
    /// The highest.
    #[serde(with = "exact")]
    pub high: f64,
}

/// The value of a control. Its text reads back to the same value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Of a number.
    Number(#[serde(with = "exact")] f64),
    /// Of a count.
    Count(usize),
    /// Of a choice, or of the data.
    Word(String),
    /// Of a point.
    Point {
        /// The first coordinate.
        #[serde(with = "exact")]
        x: f64,
        /// The second coordinate.
        #[serde(with = "exact")]
        y: f64,
    },
}

/// The values that are given to a run: the text of each by the name of its control.
pub type Values = BTreeMap<String, String>;

/// The name of the control that says on which data an experiment runs.
pub const DATA: &str = "data";

/// The value of that control for data of the student's own.
pub const OWN: &str = "own";

impl Span {
    /// Whether a slider over it is best logarithmic: it is positive and spans two decades.
    pub fn is_logarithmic(&self) -> bool {
        self.low > 0.0 && self.high / self.low >= 100.0
    }

    fn has(&self, number: f64) -> bool {
        (self.low..=self.high).contains(&number)
    }
}

impl From<[f64; 2]> for Span {
    fn from([low, high]: [f64; 2]) -> Self {
        Self { low, high }
    }
}

impl Domain {
    /// Reads a value from its text.
    fn read(&self, text: &str) -> Option<Value> {
        let number = |text: &str, span: &Span| text.trim().parse().ok().filter(|number| span.has(*number));
        match self {
            Domain::Number(span) => number(text, span).map(Value::Number),
            Domain::Count { low, high } => {
                text.trim().parse().ok().filter(|count| (low..=high).contains(&count)).map(Value::Count)
            }
            Domain::Choice(options) => options.iter().find(|option| *option == text.trim()).cloned().map(Value::Word),
            Domain::Point { x, y } => {
                let (first, second) = text.split_once(',')?;
                Some(Value::Point { x: number(first, x)?, y: number(second, y)? })
            }
            Domain::Data { has_own: true, .. } if text.trim() == OWN => Some(Value::Word(OWN.to_owned())),
            Domain::Data { .. } => text.trim().parse::<Trial>().ok().map(|trial| Value::Word(trial.to_string())),
        }
    }
}

/// What can be given, as a part of a sentence: `a number from 0 to 1`.
impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Domain::Number(span) => write!(f, "a number {span}"),
            Domain::Count { low, high } => write!(f, "a whole number from {low} to {high}"),
            Domain::Choice(options) => write!(f, "one of {}", options.join(", ")),
            Domain::Point { x, y } if x == y => write!(f, "two numbers {x} with a comma between them"),
            Domain::Point { x, y } => {
                write!(f, "two numbers with a comma between them, the first {x} and the second {y}")
            }
            Domain::Data { has_own: true, .. } => write!(f, "`{OWN}`, `lesson`, or `fresh-` and a whole number"),
            Domain::Data { .. } => write!(f, "`lesson`, or `fresh-` and a whole number"),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from {} to {}", Value::Number(self.low), Value::Number(self.high))
    }
}

/// As it is given: the shortest text that reads back to the same value.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shortest = |number: f64| {
            let text = format!("{number:?}");
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        };
        match self {
            Value::Number(number) => f.write_str(&shortest(*number)),
            Value::Count(count) => write!(f, "{count}"),
            Value::Word(word) => f.write_str(word),
            Value::Point { x, y } => write!(f, "{}, {}", shortest(*x), shortest(*y)),
        }
    }
}

/// Why values were given that no control takes, if there are such: in a sentence that names the controls there are.
pub fn without_control(values: &Values, controls: &[Control]) -> Option<String> {
    let is_there = |name: &str| controls.iter().any(|control| control.name == name);
    let name = values.keys().find(|name| !is_there(name))?;
    let known: Vec<String> = controls.iter().map(|control| format!("`{}`", control.name)).collect();
    let known = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    // Another choice may bring other controls.
    let has_choice = controls.iter().any(|control| control.name != DATA && matches!(control.domain, Domain::Choice(_)));
    let now = if has_choice { " with these choices" } else { "" };
    Some(format!("the experiment has no control `{}`{now}; {known}", shown(name)))
}

/// That sentence as a note, if the code did not come back: it may not have come to all of its draws.
pub fn so_far(sentence: &str) -> String {
    format!("note: {sentence}, as far as your code let it come")
}

/// Why a value was refused: what an experiment unwinds with.
pub(crate) struct Refusal(pub(crate) String);

/// Called with each control when it is first drawn.
pub(crate) type Listener = Box<dyn Fn(&Control)>;

/// A run of an experiment on this thread.
struct Run {
    values: Values,
    own: Option<OwnData>,
    controls: Vec<Control>,
    listener: Listener,
}

impl Run {
    /// The data that it uses, if it has drawn any.
    fn data(&self) -> Option<&Domain> {
        self.controls.iter().find(|control| control.name == DATA).map(|control| &control.domain)
    }
}

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// From now on draws on this thread are those of an experiment.
pub(crate) fn begin(values: Values, own: Option<OwnData>, listener: Listener) {
    RUN.replace(Some(Run { values, own, controls: Vec::new(), listener }));
}

/// The experiment on this thread is over; returns its controls.
pub(crate) fn end() -> Vec<Control> {
    RUN.take().map(|run| run.controls).unwrap_or_default()
}

/// A number in an experiment; nothing outside of one.
pub(crate) fn number(name: &str, lesson: f64, span: Span) -> Option<f64> {
    match draw(name, Value::Number(lesson), || Domain::Number(span))? {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// A count in an experiment; nothing outside of one.
pub(crate) fn count(name: &str, lesson: usize, low: usize, high: usize) -> Option<usize> {
    match draw(name, Value::Count(lesson), || Domain::Count { low, high })? {
        Value::Count(count) => Some(count),
        _ => None,
    }
}

/// A choice in an experiment; nothing outside of one.
pub(crate) fn choice(name: &str, lesson: &str, options: &[&str]) -> Option<String> {
    let domain = || Domain::Choice(options.iter().map(|option| (*option).to_owned()).collect());
    match draw(name, Value::Word(lesson.to_owned()), domain)? {
        Value::Word(word) => Some(word),
        _ => None,
    }
}

/// A point in an experiment; nothing outside of one.
pub(crate) fn point(name: &str, [x, y]: [f64; 2], view: &View) -> Option<[f64; 2]> {
    match draw(name, Value::Point { x, y }, || Domain::Point { x: view.x.into(), y: view.y.into() })? {
        Value::Point { x, y } => Some([x, y]),
        _ => None,
    }
}

/// Notes that an experiment uses data of its trial that no file can replace.
pub(crate) fn data(name: &str) {
    draw_data(name, OwnFile::Refused, &[]);
}

/// Notes that an experiment uses records of a set; returns those of a student's own file if it runs on it.
pub(crate) fn own<Record: Dataset>() -> Option<Vec<Record>> {
    draw_data(Record::NAME, Record::OWN_FILE, fields_of::<Record>());
    let own = RUN.with_borrow(|run| {
        let run = run.as_ref()?;
        let is_on_own = run.controls.iter().any(|data| data.name == DATA && data.value == Value::Word(OWN.to_owned()));
        // What is drawn first decides what the file holds.
        let is_of_file = matches!(run.data(), Some(Domain::Data { records, .. }) if records == Record::NAME);
        run.own.as_ref().filter(|_| is_on_own && is_of_file).map(OwnData::records)
    })?;
    let misfit = |why: String| refuse(format!("your file does not hold {}: {why}", Record::NAME));
    Some(own.unwrap_or_else(misfit))
}

/// Draws the data of an experiment. What is drawn first names it.
fn draw_data(name: &str, own_file: OwnFile, fields: &[&str]) {
    let has_own = RUN.with_borrow(|run| {
        let run = run.as_ref()?;
        run.data().is_none().then_some(run.own.is_some())
    });
    let Some(has_own) = has_own else { return };
    if has_own && own_file == OwnFile::Refused {
        refuse(format!("this experiment runs on {name}, which no file can replace"));
    }
    let columns = match own_file {
        OwnFile::Csv => fields.iter().map(|field| (*field).to_owned()).collect(),
        OwnFile::Refused => Vec::new(),
    };
    let lesson = if has_own { OWN.to_owned() } else { Trial::Lesson.to_string() };
    draw(DATA, Value::Word(lesson), || Domain::Data { records: name.to_owned(), columns, has_own });
}

/// Draws: a value that was given or else the lesson's. Outside of an experiment there is nothing to draw.
fn draw(name: &str, lesson: Value, domain: impl FnOnce() -> Domain) -> Option<Value> {
    let drawn = RUN.with_borrow_mut(|run| {
        let run = run.as_mut()?;
        let domain = domain();
        if let Some(known) = run.controls.iter().find(|known| known.name == name) {
            let is_same = known.domain == domain && known.lesson == lesson;
            return Some(if is_same { Ok(known.value.clone()) } else { Err(Misdraw::Twice) });
        }
        let value = match run.values.get(name) {
            None => lesson.clone(),
            Some(text) => match domain.read(text) {
                Some(value) => value,
                None => {
                    let sentence = format!("`{name}` must be {domain}; `{}` is not", shown(text));
                    return Some(Err(Misdraw::Refused(sentence)));
                }
            },
        };
        let control = Control { name: name.to_owned(), domain, lesson, value: value.clone() };
        (run.listener)(&control);
        run.controls.push(control);
        Some(Ok(value))
    });
    match drawn? {
        Ok(value) => Some(value),
        Err(Misdraw::Twice) => panic!("cases.rs: `{name}` is drawn twice, with two lesson's values or two ranges"),
        Err(Misdraw::Refused(sentence)) => refuse(sentence),
    }
}

/// Ends the experiment. It is no panic: it is nobody's fault in the code, and nothing is to be printed.
fn refuse(sentence: String) -> ! {
    panic::resume_unwind(Box::new(Refusal(sentence)))
}

enum Misdraw {
    Twice,
    Refused(String),
}

/// As much of a given text as anybody would read.
fn shown(text: &str) -> String {
    const WIDEST: usize = 60;
    plain_excerpt(text, WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixed, Size, Tally};

    const VIEW: View = View { x: [-3.0, 3.0], y: [-1.0, 2.0] };

    /// What a run draws with these values, or why it is refused.
    fn run<T>(values: &[(&str, &str)], draws: impl Fn(&Trial) -> T) -> Result<(T, Vec<Control>), String> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        begin(values, None, Box::new(|_| ()));
        let drawn = panic::catch_unwind(panic::AssertUnwindSafe(|| draws(&Trial::Lesson)));
        let controls = end();
        drawn.map(|drawn| (drawn, controls)).map_err(|refused| match refused.downcast::<Refusal>() {
            Ok(refusal) => refusal.0,
            Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_default(),
        })
    }

    fn four(trial: &Trial) -> (f64, usize, String, [f64; 2]) {
        let rate = trial.number("rate", 1e-8, 1e-10..1e-6);
        let steps = trial.count("steps", 20, 0..=200);
        let surface = trial.choice("surface", &["bowl", "ravine"]).to_owned();
        (rate, steps, surface, trial.point("start", [-1.0, 2.0], VIEW))
    }

    #[test]
    fn without_given_values_a_run_has_the_lessons_and_says_what_it_could_have() {
        let ((rate, steps, surface, start), controls) = run(&[], four).unwrap();
        assert_eq!((rate, steps, surface.as_str(), start), (1e-8, 20, "bowl", [-1.0, 2.0]));
        let described: Vec<String> =
            controls.iter().map(|own| format!("{} = {}: {}", own.name, own.value, own.domain)).collect();
        assert_eq!(
            described,
            [
                "rate = 1e-8: a number from 1e-10 to 1e-6",
                "steps = 20: a whole number from 0 to 200",
                "surface = bowl: one of bowl, ravine",
                "start = -1, 2: two numbers with a comma between them, the first from -3 to 3 and the second from -1 to 2",
            ]
        );
        assert!(controls.iter().all(|control| control.value == control.lesson));
    }

    #[test]
    fn given_values_take_the_place_of_the_lessons_up_to_both_ends() {
        let values = [("rate", "1e-6"), ("steps", "200"), ("surface", "ravine"), ("start", "3,-1")];
        let ((rate, steps, surface, start), controls) = run(&values, four).unwrap();
        assert_eq!((rate, steps, surface.as_str(), start), (1e-6, 200, "ravine", [3.0, -1.0]));
        assert_eq!(controls[0].lesson, Value::Number(1e-8));
    }

    #[test]
    fn a_value_survives_the_journey_as_text_and_as_json() {
        for number in [0.1 + 0.2, 1e-310, 2.225_073_858_507_201e-308, 7.407_407_407_407_407e-8, 5e-324, 123_456_789.0] {
            let text = Value::Number(number).to_string();
            let given = [("number", text.as_str())];
            let (drawn, controls) = run(&given, |trial| trial.number("number", 0.0, 0.0..1e9)).unwrap();
            assert_eq!(drawn.to_bits(), number.to_bits(), "{text}");
            let json = serde_json::to_string(&controls).unwrap();
            assert_eq!(serde_json::from_str::<Vec<Control>>(&json).unwrap(), controls, "{json}");
        }
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_what_is() {
        let rate = "`rate` must be a number from 1e-10 to 1e-6";
        for (name, value, sentence) in [
            ("rate", "3", format!("{rate}; `3` is not")),
            ("rate", "abc", format!("{rate}; `abc` is not")),
            ("rate", "", format!("{rate}; `` is not")),
            ("rate", "NaN", format!("{rate}; `NaN` is not")),
            ("rate", "1e999", format!("{rate}; `1e999` is not")),
            ("rate", "1e-8,1e-8", format!("{rate}; `1e-8,1e-8` is not")),
            ("steps", "-1", "`steps` must be a whole number from 0 to 200; `-1` is not".to_owned()),
            ("steps", "2.5", "`steps` must be a whole number from 0 to 200; `2.5` is not".to_owned()),
            ("steps", "201", "`steps` must be a whole number from 0 to 200; `201` is not".to_owned()),
            ("surface", "Bowl", "`surface` must be one of bowl, ravine; `Bowl` is not".to_owned()),
            (
                "start",
                "4,0",
                "`start` must be two numbers with a comma between them, the first from -3 to 3 and the second from -1 \
                 to 2; `4,0` is not"
                    .to_owned(),
            ),
        ] {
            assert_eq!(run(&[(name, value)], four).unwrap_err(), sentence);
        }
        let long = "9".repeat(70_000);
        let refused = run(&[("rate", &long)], four).unwrap_err();
        assert!(refused.len() < 200 && refused.contains("(70,000 characters)"), "{refused}");
    }

    #[test]
    fn a_value_without_a_control_is_named_with_the_controls_there_are() {
        let values = [("speed".to_owned(), "1".to_owned())].into();
        let (_, controls) = run(&[], four).unwrap();
        assert_eq!(
            without_control(&values, &controls).as_deref(),
            Some(
                "the experiment has no control `speed` with these choices; it has `rate`, `steps`, `surface`, `start`"
            )
        );
        assert_eq!(
            without_control(&values, &[]).as_deref(),
            Some("the experiment has no control `speed`; it has none")
        );
        assert_eq!(without_control(&Values::new(), &controls), None);
    }

    #[test]
    fn which_controls_there_are_may_depend_on_others() {
        let draws = |trial: &Trial| match trial.choice("optimizer", &["plain", "momentum"]) {
            "momentum" => trial.number("momentum", 0.9, 0.0..0.99),
            _ => 0.0,
        };
        let names = |values| {
            let (_, controls) = run(values, draws).unwrap();
            controls.into_iter().map(|control| control.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&[]), ["optimizer"]);
        assert_eq!(names(&[("optimizer", "momentum")]), ["optimizer", "momentum"]);
    }

    #[test]
    fn a_draw_of_the_same_name_is_the_same_and_two_different_ones_are_a_slip() {
        let twice = |trial: &Trial| [trial.number("rate", 1.0, 0.0..2.0), trial.number("rate", 1.0, 0.0..2.0)];
        let (drawn, controls) = run(&[("rate", "1.5")], twice).unwrap();
        assert_eq!((drawn, controls.len()), ([1.5, 1.5], 1));
        let slip = |trial: &Trial| trial.number("rate", 1.0, 0.0..2.0) + trial.number("rate", 1.0, 0.0..3.0);
        assert!(run(&[], slip).unwrap_err().starts_with("cases.rs: `rate` is drawn twice"));
    }

    #[test]
    fn the_data_is_a_control_too_and_does_not_change_the_others() {
        let draws = |trial: &Trial| (trial.records::<Size>().len(), trial.number("weight", 100.0, 0.0..300.0));
        let (_, controls) = run(&[], draws).unwrap();
        assert_eq!(controls[0].name, DATA);
        let columns = ["size", "price"].map(str::to_owned).to_vec();
        assert_eq!(controls[0].domain, Domain::Data { records: "sizes".to_owned(), columns, has_own: false });
        begin(Values::new(), None, Box::new(|_| ()));
        let drawn = draws(&Trial::Fresh(1));
        end();
        assert_eq!(drawn, (3, 100.0));
        let refused = run(&[(DATA, "stale")], draws).unwrap_err();
        assert_eq!(refused, "`data` must be `lesson`, or `fresh-` and a whole number; `stale` is not");
    }

    #[test]
    fn own_data_takes_the_place_of_the_lessons_unless_that_is_asked_for() {
        let sizes = OwnData::read(b"size,price\n1,2\n3,4\n").unwrap();
        let on = |value: Option<&str>, draws: fn(&Trial)| {
            let values = value.map(|value| (DATA.to_owned(), value.to_owned())).into_iter().collect();
            begin(values, Some(sizes.clone()), Box::new(|_| ()));
            let drawn = panic::catch_unwind(|| draws(&Trial::Lesson));
            let controls = end();
            drawn.map(|()| controls).map_err(|refused| refused.downcast::<Refusal>().unwrap().0)
        };
        let own: fn(&Trial) = |trial| assert_eq!(trial.records::<Size>()[1], Size { size: 3.0, price: 4.0 });
        assert_eq!(on(None, own).unwrap()[0].value, Value::Word(OWN.to_owned()));
        assert!(on(Some("own"), own).is_ok());
        assert!(on(Some("lesson"), |trial| assert_eq!(trial.records::<Size>()[1].size, 20.0)).is_ok());
        // Another set beside it keeps the lesson's records.
        let two: fn(&Trial) = |trial| {
            trial.records::<Size>();
            assert_eq!(trial.records::<Fixed>()[0].number, 1.0);
        };
        assert!(on(None, two).is_ok());
        assert_eq!(
            on(None, |trial| drop(trial.records::<Tally>())).unwrap_err(),
            "your file does not hold tallies: line 1: the columns must be `word,count,known`, and are `size,price`"
        );
        assert_eq!(
            on(None, |trial| drop(trial.records::<Fixed>())).unwrap_err(),
            "this experiment runs on fixed numbers, which no file can replace"
        );
    }
}
