//! Numbers in prose that a cell of a table decides: of a case, or of an experiment with some values. A comment directly behind the number says which, and
//! nobody sees it on a page:
//!
//! ```markdown
//! At 150 the loss is 33,750,000,000<!--= loss-by-weight[weight=150].loss -->, at 100 four times that.
//! ```
//!
//! What to try with an experiment, in `exercise.toml`, has such marks, too:
//! `explorer(learning rate=3e-8; steps=40)[step=3].loss`.
//!
//! How the number is written, the prose decides: decimals, thousands, a power of ten, percent, and words such as `billion`
//! stay as they are there.

use std::ops::Range;

use experiment::Finish;
use harness::controls::Values;
use harness::{Cell, Table, Trial};

/// How the comment begins.
pub const MARK: &str = "<!--=";

/// Where the cells are that marks name.
pub trait Tables {
    /// What a case answered on a trial.
    ///
    /// # Errors
    /// If it did not, in a sentence.
    fn of_case(&self, case: &str, trial: Trial) -> Result<Table, String>;

    /// Whether the step has an experiment of this name.
    fn is_experiment(&self, name: &str) -> bool;

    /// What an experiment answers with these values.
    ///
    /// # Errors
    /// If it does not, in a sentence.
    fn of_experiment(&self, name: &str, values: Values) -> Result<Table, String>;

    /// How the runs of an experiment end with these values, each with the name of its line where there are several.
    ///
    /// # Errors
    /// As [`of_experiment`](Self::of_experiment).
    fn endings(&self, name: &str, values: Values) -> Result<Vec<(Option<String>, Finish)>, String>;
}

/// After how many steps a run arrived.
const ARRIVED_AFTER: &str = "arrived after";

/// How far a run has come of the way down.
const SHARE: &str = "share of the way";

/// How long a jump is, compared with the one before.
const FACTOR: &str = "factor of a jump";

/// What can be named in the place of a column, to tell how a run ended.
const ENDINGS: [&str; 3] = [ARRIVED_AFTER, SHARE, FACTOR];

/// Compares the number before a mark with the cell that the mark names: nothing if it is right, or where the number is
/// and what it is to be.
///
/// # Errors
/// If there is no number, or no such cell, in a sentence.
pub fn check(text: &str, mark: usize, tables: &dyn Tables) -> Result<Option<(Range<usize>, String)>, String> {
    let name = text[mark + MARK.len()..].split_once("-->").map(|(name, _)| name.trim());
    let name = name.ok_or("this mark is not closed with `-->`")?;
    let value = Reference::parse(name)?.value(tables)?;
    let (span, form) = number_at_end(&text[..mark]).ok_or(format!("no number stands directly before `{MARK}`"))?;
    let wanted = form.written(value);
    Ok((text[span.clone()] != wanted).then_some((span, wanted)))
}

/// What a mark names: a cell of a case's table on a trial, or of an experiment's with some values.
struct Reference<'a> {
    name: &'a str,
    trial: Trial,
    /// The values of an experiment's controls.
    values: Values,
    row: Row<'a>,
    column: &'a str,
}

/// Which row a mark means.
enum Row<'a> {
    /// The last one.
    Last,
    /// The one that has these values in these columns.
    With(Vec<(&'a str, &'a str)>),
}

impl<'a> Reference<'a> {
    /// From its text, `case@trial[column=value; column=value].column`, without a trial on the lesson's; or
    /// `experiment(control=value; control=value)[column=value].column`. The row `[last]` is the last one.
    fn parse(text: &'a str) -> Result<Self, String> {
        let form = || format!("`{text}` names no cell; write `case[column=value].column`");
        let head = text.find(['(', '[', '.']).ok_or_else(form)?;
        let (values, cell) = match text[head..].strip_prefix('(') {
            Some(rest) => rest.split_once(')').ok_or_else(form)?,
            None => ("", &text[head..]),
        };
        let (row, column) = match cell.strip_prefix('[') {
            Some(rest) => rest.rsplit_once("].").ok_or_else(form)?,
            None => ("", cell.strip_prefix('.').ok_or_else(form)?),
        };
        let (name, trial) = text[..head].split_once('@').unwrap_or((&text[..head], "lesson"));
        let trial = trial.parse().map_err(|()| format!("there is no trial `{trial}`; write `lesson` or `fresh-1`"))?;
        let pairs = |list: &'a str| {
            let pairs = list.split(';').map(str::trim).filter(|pair| !pair.is_empty());
            let pair = |text: &'a str| text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
            pairs.map(pair).collect::<Option<Vec<_>>>().ok_or_else(form)
        };
        let values = pairs(values)?.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let row = if row.trim() == "last" { Row::Last } else { Row::With(pairs(row)?) };
        Ok(Self { name, trial, values, row, column: column.trim() })
    }

    /// The number in the cell.
    fn value(&self, tables: &dyn Tables) -> Result<f64, String> {
        let name = self.name;
        let table = &match tables.is_experiment(name) {
            true => tables.of_experiment(name, self.values.clone())?,
            false if self.values.is_empty() => tables.of_case(name, self.trial)?,
            false => return Err(format!("the step has no experiment `{name}`")),
        };
        if tables.is_experiment(name) && ENDINGS.contains(&self.column) {
            return self.ending(tables);
        }
        let column = self.column_of(table, self.column)?;
        let mut rows: Vec<&Vec<Cell>> = table.rows.iter().collect();
        match &self.row {
            Row::Last => drop(rows.drain(..rows.len().saturating_sub(1))),
            Row::With(values) => {
                for (name, value) in values {
                    let at = self.column_of(table, name)?;
                    rows.retain(|row| row.get(at).is_some_and(|cell| cell.in_table() == *value));
                }
            }
        }
        let cell = match rows[..] {
            [row] => row.get(column),
            [] => {
                return Err(format!(
                    "no row of `{name}` is the one that the mark names; write values as its table shows them"
                ));
            }
            _ => {
                return Err(format!(
                    "{} rows of `{name}` fit; name one, as in `[column=value; column=value]`",
                    rows.len()
                ));
            }
        };
        match cell {
            Some(Cell::Number(number)) => Ok(*number),
            Some(Cell::Integer(integer)) => Ok(*integer as f64),
            Some(Cell::Text(text)) => Err(format!("the cell holds `{text}`, and only a number can be marked")),
            None => Err(format!("`{name}` has no such cell")),
        }
    }

    /// A number that tells how a run ended.
    fn ending(&self, tables: &dyn Tables) -> Result<f64, String> {
        let mut endings = tables.endings(self.name, self.values.clone())?;
        if let Row::With(values) = &self.row {
            endings.retain(|(line, _)| values.iter().all(|(_, value)| line.as_deref() == Some(value)));
        }
        let [(_, finish)] = &endings[..] else {
            return Err(format!("{} runs of `{}` fit; name one, as in `[column=value]`", endings.len(), self.name));
        };
        match (self.column, finish) {
            (ARRIVED_AFTER, Finish::Arrived { step, .. }) => Ok(*step as f64),
            (SHARE, Finish::Falls { share: Some(share), .. }) => Ok(*share),
            (FACTOR, Finish::Closes { factor, .. }) => Ok(*factor),
            _ => Err(format!("the run of `{}` has no `{}`: it {}", self.name, self.column, finish.sentence("height"))),
        }
    }

    fn column_of(&self, table: &Table, name: &str) -> Result<usize, String> {
        table.columns.iter().position(|column| column.name == name).ok_or_else(|| {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            format!("`{}` has no column `{name}`; it has `{}`", self.name, columns.join("`, `"))
        })
    }
}

/// How a number is written.
#[derive(Debug, Clone, PartialEq)]
struct Form<'a> {
    /// How many digits follow the point.
    decimals: usize,
    /// Whether thousands are set apart. A number too short to show it would have them apart.
    grouped: bool,
    /// Whether a power of ten follows.
    scientific: bool,
    /// Whether a positive number has its sign.
    signed: bool,
    /// What follows it, and how much that is.
    unit: (&'a str, f64),
}

/// The number with which a text ends: where it is, and how it is written.
fn number_at_end(text: &str) -> Option<(Range<usize>, Form<'_>)> {
    const UNITS: [(&str, f64); 7] = [
        (" %", 1e-2),
        ("%", 1e-2),
        (" thousand", 1e3),
        (" million", 1e6),
        (" billion", 1e9),
        (" trillion", 1e12),
        ("", 1.0),
    ];
    let unit = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit))?;
    let digits = &text[..text.len() - unit.0.len()];
    let is_of_number = |letter: char| letter.is_ascii_digit() || "+-.,e".contains(letter);
    let run = digits
        .rfind(|letter| !is_of_number(letter))
        .map_or(0, |at| at + digits[at..].chars().next().map_or(1, char::len_utf8));
    // In `step-3` the number is the 3, and in `pages 4-7` the 7.
    let starts = (run..digits.len()).filter(|at| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && !".,".contains(letter))
    });
    let found = starts.filter_map(|at| Some((at, Form::of(&digits[at..], unit)?))).next();
    found.map(|(start, form)| (start..text.len(), form))
}

impl<'a> Form<'a> {
    fn of(number: &str, unit: (&'a str, f64)) -> Option<Self> {
        let unsigned = number.strip_prefix(['+', '-']).unwrap_or(number);
        let (mantissa, exponent) =
            unsigned.split_once('e').map_or((unsigned, None), |(mantissa, power)| (mantissa, Some(power)));
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
        let groups: Vec<&str> = whole.split(',').collect();
        let grouped = groups.len() > 1;
        let sound = groups.iter().all(|group| is_number(group))
            && (!grouped || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3))
            && (is_number(decimals) || !mantissa.contains('.'))
            && exponent.is_none_or(|power| is_number(power.strip_prefix(['+', '-']).unwrap_or(power)));
        sound.then(|| Self {
            decimals: decimals.len(),
            grouped: grouped || whole.len() < 4,
            scientific: exponent.is_some(),
            signed: number.starts_with('+'),
            unit,
        })
    }

    fn written(&self, value: f64) -> String {
        let (unit, size) = self.unit;
        let value = value / size;
        let decimals = self.decimals;
        let digits = match self.scientific {
            true => format!("{:.decimals$e}", value.abs()),
            false => format!("{:.decimals$}", value.abs()),
        };
        let is_zero = !digits.contains(|letter: char| ('1'..='9').contains(&letter));
        let sign = match value < 0.0 {
            _ if is_zero => "",
            true => "-",
            false if self.signed => "+",
            false => "",
        };
        let whole = digits.find(['.', 'e']).unwrap_or(digits.len());
        let mut number = String::new();
        for (at, letter) in digits.char_indices() {
            if self.grouped && at > 0 && at < whole && (whole - at).is_multiple_of(3) {
                number.push(',');
            }
            number.push(letter);
        }
        format!("{sign}{number}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use grader::answers::{Key, Record, Recorded};
    use harness::{answer, given};

    use super::*;
    use crate::readme::Cases;

    fn answers() -> Record {
        let mut table = Table::default();
        for (weight, loss, verdict) in [(100.0, 1.35e11, "far"), (150.0, 3.375e10, "near"), (200.0, 0.0, "there")] {
            table.row([given("weight", weight), answer("loss", loss), answer("verdict", verdict)]);
        }
        let mut fresh = Table::default();
        fresh.row([given("weight", -1234.5678), answer("share of it", 0.018_46)]);
        [
            (Key::new("loss-by-weight", Trial::Lesson), Recorded::Answered(table)),
            (Key::new("loss-by-weight", Trial::Fresh(1)), Recorded::Answered(fresh)),
        ]
        .into()
    }

    /// What becomes of a text that ends with a mark, the mark left away.
    fn renewed(text: &str) -> Result<String, String> {
        let mark = text.find(MARK).unwrap();
        let change = check(text, mark, &Cases(&answers()))?;
        let before = &text[..mark];
        Ok(change.map_or(before.to_owned(), |(span, wanted)| format!("{}{wanted}", &before[..span.start])))
    }

    #[test]
    fn a_number_is_written_as_the_prose_writes_it() {
        const LOSS: &str = "<!--= loss-by-weight[weight=150].loss -->";
        const WEIGHT: &str = "<!--= loss-by-weight@fresh-1[weight=-1,234.5678].weight -->";
        const SHARE: &str = "<!--=loss-by-weight@fresh-1.share of it-->";
        for (prose, mark, wanted) in [
            ("it is 33,750,000,000", LOSS, "it is 33,750,000,000"),
            ("it is 1", LOSS, "it is 33,750,000,000"),
            ("it is 1.0", LOSS, "it is 33,750,000,000.0"),
            ("it is 12345", LOSS, "it is 33750000000"),
            ("**1.11 billion", LOSS, "**33.75 billion"),
            ("($1 million", LOSS, "($33,750 million"),
            ("it is 1.0e3", LOSS, "it is 3.4e10"),
            ("it is 1.000e-8", LOSS, "it is 3.375e10"),
            ("of +3", LOSS, "of +33,750,000,000"),
            ("of 7.00", WEIGHT, "of -1,234.57"),
            ("-1e0", WEIGHT, "-1e3"),
            ("| -9", WEIGHT, "| -1,235"),
            ("about 7.0 %", SHARE, "about 1.8 %"),
            ("about 70%", SHARE, "about 2%"),
            ("0", SHARE, "0"),
            ("it is -0", SHARE, "it is 0"),
            ("of step-3", SHARE, "of step-0"),
            ("4-7", SHARE, "4-0"),
            ("in 1,000.000", SHARE, "in 0.018"),
        ] {
            assert_eq!(renewed(&format!("{prose}{mark} and so on")).as_deref(), Ok(wanted), "{prose}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_taken_for_one() {
        for prose in
            ["", "the loss", "it is 3 ", "it is 3,", "1.5.", "1,00", "1,0000", "x3", "3e", "3 dozen", "**3**", "é3"]
        {
            let message = renewed(&format!("{prose}<!--= loss-by-weight[weight=150].loss -->"));
            assert_eq!(message, Err("no number stands directly before `<!--=`".to_owned()), "{prose}");
        }
    }

    #[test]
    fn a_cell_that_is_not_there_is_said_with_what_there_is() {
        for (name, message) in [
            ("loss-by-size.loss", "the step has no case `loss-by-size`"),
            (
                "loss-by-weight@fresh-7.loss",
                "case `loss-by-weight` is not recorded on `fresh-7`; there are lesson, fresh-1, fresh-2",
            ),
            ("loss-by-weight@stale.loss", "there is no trial `stale`; write `lesson` or `fresh-1`"),
            (
                "loss-by-weight[weight=150].price",
                "`loss-by-weight` has no column `price`; it has `weight`, `loss`, `verdict`",
            ),
            (
                "loss-by-weight[size=150].loss",
                "`loss-by-weight` has no column `size`; it has `weight`, `loss`, `verdict`",
            ),
            (
                "loss-by-weight[weight=175].loss",
                "no row of `loss-by-weight` is the one that the mark names; write values as its table shows them",
            ),
            ("loss-by-weight.loss", "3 rows of `loss-by-weight` fit; name one, as in `[column=value; column=value]`"),
            ("loss-by-weight[weight=150].verdict", "the cell holds `near`, and only a number can be marked"),
            ("loss-by-weight", "`loss-by-weight` names no cell; write `case[column=value].column`"),
            ("loss-by-weight[150].loss", "`loss-by-weight[150].loss` names no cell; write `case[column=value].column`"),
            (
                "loss-by-weight[weight=150",
                "`loss-by-weight[weight=150` names no cell; write `case[column=value].column`",
            ),
        ] {
            assert_eq!(renewed(&format!("it is 3<!--= {name} -->")), Err(message.to_owned()), "{name}");
        }
        assert_eq!(renewed("it is 3<!--= loss-by-weight"), Err("this mark is not closed with `-->`".to_owned()));
    }

    #[test]
    fn further_columns_tell_rows_apart() {
        assert_eq!(
            renewed("3<!--= loss-by-weight[ weight = 100 ; verdict = far ].loss -->").as_deref(),
            Ok("135,000,000,000")
        );
    }
}
