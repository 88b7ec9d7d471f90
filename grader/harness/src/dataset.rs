//! Sets of data: the course says of each what a record is, which ones are the lesson's and how fresh ones are made.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue, Deserializer};

use crate::Draws;

/// A set of data, by the type of its records. A case gets the records with
/// [`Trial::records`](crate::Trial::records).
pub trait Dataset: DeserializeOwned {
    /// What the records are, in a word or two: `houses`. It also names the stream of the draws, so that another name
    /// gives other fresh records.
    const NAME: &'static str;

    /// The file with the lesson's records: [`data_file!`](crate::data_file)`("houses.toml")`.
    const FILE: DataFile;

    /// Whether a student's own file can take the place of the records in an experiment.
    const OWN_FILE: OwnFile = OwnFile::Refused;

    /// Fresh records of the same kind. They are good ones if they avoid what hides mistakes: give them another number
    /// of records than the lesson's and never two, inputs whose mean is not zero, and some [noise](Draws::noise).
    fn fresh(draws: &mut Draws) -> Vec<Self>;
}

/// Whether a file of a student's own can take the place of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnFile {
    /// No file can.
    Refused,
    /// A CSV file can, whose columns are called as the fields of a record.
    Csv,
}

/// A file with the records of a lesson, and its text.
#[derive(Debug, Clone, Copy)]
pub struct DataFile {
    #[doc(hidden)]
    pub beside: &'static str,
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub text: &'static str,
}

/// A [`DataFile`] that lies beside the source file that names it.
#[macro_export]
macro_rules! data_file {
    ($name:literal) => {
        $crate::DataFile { beside: file!(), name: $name, text: include_str!($name) }
    };
}

/// What is wrong in a file of data, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataError {
    /// The file, as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for DataError {}

impl DataFile {
    /// Reads its records: a table `[[record]]` for each, or a list `record`.
    ///
    /// # Errors
    /// If the text is not TOML, a record does not fit its type, a number is not finite, or there is no record.
    pub fn records<Record: DeserializeOwned>(&self) -> Result<Vec<Record>, DataError> {
        read(self.text).map_err(|(line, message)| DataError { file: self.path(), line, message })
    }

    fn path(&self) -> String {
        let beside = self.beside.replace('\\', "/");
        let folder = beside.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        format!("{folder}{}", self.name)
    }
}

/// Reads records from a text; what is wrong comes with its line.
fn read<Record: DeserializeOwned>(text: &str) -> Result<Vec<Record>, (usize, String)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, bound = "Record: DeserializeOwned")]
    struct Records<Record> {
        record: Vec<Record>,
    }

    let line = |at: usize| 1 + text[..at].matches('\n').count();
    let told = |error: toml::de::Error| {
        (error.span().map_or(1, |span| line(span.start)), error.message().trim_end().to_owned())
    };
    let table = DeTable::parse(text).map_err(told)?;
    let values = table.get_ref().values().map(|value| (value.span().start, value.get_ref()));
    if let Some((at, number)) = values.into_iter().find_map(|(at, value)| not_finite(at, value)) {
        return Err((line(at), format!("`{number}` is not a finite number")));
    }
    let records: Records<Record> = Records::deserialize(Deserializer::from(table)).map_err(told)?;
    match records.record.is_empty() {
        true => Err((1, "the dataset holds no record".to_owned())),
        false => Ok(records.record),
    }
}

/// The first number in a value that nobody can compute with, and where it is. TOML has words for such numbers, and
/// `1e999` is one of them, too.
fn not_finite(at: usize, value: &DeValue<'_>) -> Option<(usize, f64)> {
    match value {
        DeValue::Float(float) => {
            float.as_str().parse().ok().filter(|number: &f64| !number.is_finite()).map(|it| (at, it))
        }
        DeValue::Array(values) => values.iter().find_map(|value| not_finite(value.span().start, value.get_ref())),
        DeValue::Table(table) => table.values().find_map(|value| not_finite(value.span().start, value.get_ref())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct House {
        sqft: f64,
        price: f64,
    }

    fn error(text: &'static str) -> DataError {
        let file = DataFile { beside: "datasets/src/houses.rs", name: "houses.toml", text };
        file.records::<House>().unwrap_err()
    }

    #[test]
    fn both_forms_of_a_list_are_read() {
        let tables = read::<House>("[[record]]\nsqft = 1000\nprice = 2.5e5\n").unwrap();
        let list = read::<House>("record = [\n    { sqft = 1000, price = 250000 },\n]\n").unwrap();
        assert_eq!((&tables, &tables[0]), (&list, &House { sqft: 1_000.0, price: 250_000.0 }));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_file_and_line() {
        for (text, told) in [
            ("# one house\n\n[[record]]\nsqft = 1000\n", "3: missing field `price`"),
            ("[[record]]\nsqft = \"big\"\nprice = 1\n", "2: invalid type: string \"big\", expected f64"),
            ("[[record]]\nsqft = 1\nprice = 1\nrooms = 2\n", "4: unknown field `rooms`, expected `sqft` or `price`"),
            ("[[record]]\nsqft = nan\nprice = 1\n", "2: `NaN` is not a finite number"),
            ("[[house]]\nsqft = 1\nprice = 1\n", "1: unknown field `house`, expected `record`"),
            ("record = []\n", "1: the dataset holds no record"),
        ] {
            assert_eq!(error(text).to_string(), format!("datasets/src/houses.toml:{told}"));
        }
        assert_eq!(error("[[record]]\nsqft 1\n").line, 2);
    }

    #[test]
    fn what_is_not_finite_is_told_in_both_forms() {
        for word in ["nan", "-nan", "inf", "+inf", "-inf", "1e999"] {
            let tables = format!("[[record]]\nsqft = 1\nprice = {word}\n");
            let list = format!("record = [\n    {{ sqft = 1, price = 1 }},\n    {{ sqft = 1, price = {word} }},\n]\n");
            for text in [tables, list] {
                assert_eq!(read::<House>(&text).unwrap_err().0, 3, "{word}");
            }
        }
    }

    #[test]
    fn a_file_lies_beside_the_source_that_names_it() {
        let file = DataFile { beside: "datasets\\src\\houses.rs", name: "houses.toml", text: "" };
        assert_eq!(file.path(), "datasets/src/houses.toml");
    }
}
