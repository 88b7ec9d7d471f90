//! Data of a student's own: a CSV file with the two columns of a dataset of the lesson, which takes the place of that data
//! in experiments. What is wrong with a file is said with its line, for whoever made it in a spreadsheet.

use std::fmt;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::{Cell, excerpt};

/// Records from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnData {
    /// What they are.
    pub records: Records,
    /// Those that are used, each with its two numbers.
    pub rows: Vec<[f64; 2]>,
    /// How many there were in the file.
    pub row_count: usize,
}

/// What records of two numbers can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Houses with their size and price.
    Houses,
    /// Students with their hours and score.
    StudyRecords,
}

impl Records {
    const ALL: [Self; 2] = [Records::Houses, Records::StudyRecords];

    /// The names of the two columns.
    pub fn columns(self) -> [&'static str; 2] {
        match self {
            Records::Houses => ["sqft", "price"],
            Records::StudyRecords => ["hours", "score"],
        }
    }

    /// The line with which a file of them begins.
    fn header(self) -> String {
        self.columns().join(",")
    }
}

/// In a word or two.
impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Records::Houses => "houses",
            Records::StudyRecords => "study records",
        })
    }
}

impl OwnData {
    /// More than any picture can show, and few enough to descend on in a moment.
    pub const MOST_ROWS: usize = 1_000;

    /// Reads a file. Its first line names the columns; others beside the two that are needed are left out. Of a long file,
    /// rows that are evenly spread over it are used.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence that names the line.
    pub fn read(file: &[u8]) -> Result<Self, String> {
        let text = text_of(file)?;
        let mut lines = Lines::of(&text);
        let Some((line, names)) = lines.next_record()? else {
            return Err(format!("the file is empty; it must begin with {}", headers()));
        };
        let (records, columns) = columns_of(&names).map_err(|message| format!("line {line}: {message}"))?;
        let mut rows = Vec::new();
        while let Some((line, cells)) = lines.next_record()? {
            let row = row_of(records, columns, names.len(), &cells);
            rows.push(row.map_err(|message| format!("line {line}: {message}"))?);
        }
        let row_count = rows.len();
        if row_count < 2 {
            let found = if row_count == 0 { "no row" } else { "only one row" };
            return Err(format!("below its first line the file has {found}; at least two are needed"));
        }
        if row_count > Self::MOST_ROWS {
            rows = (0..Self::MOST_ROWS).map(|at| rows[at * row_count / Self::MOST_ROWS]).collect();
        }
        Ok(Self { records, rows, row_count })
    }

    /// How many rows are used, where these are not all.
    pub fn note(&self) -> Option<String> {
        let [all, used] = [self.row_count, self.rows.len()].map(Cell::from);
        (self.row_count > self.rows.len())
            .then(|| format!("Of the {all} rows of your file, {used} are used, evenly spread over it."))
    }
}

/// As a file that holds the rows that are used.
impl fmt::Display for OwnData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.records.header())?;
        self.rows.iter().try_for_each(|[first, second]| writeln!(f, "{first:?},{second:?}"))
    }
}

/// The first lines that a file can have, as a part of a sentence.
fn headers() -> String {
    Records::ALL.map(|records| format!("`{}`", records.header())).join(" or ")
}

/// The text of a file with the ends of lines that Unix has.
fn text_of(file: &[u8]) -> Result<String, String> {
    const OF_UTF_16: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];
    if OF_UTF_16.iter().any(|mark| file.starts_with(mark)) {
        return Err("the file is UTF-16; save it as \"CSV UTF-8\"".to_owned());
    }
    let text = std::str::from_utf8(file).map_err(|error| {
        let line = 1 + file[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        format!("line {line}: this is not UTF-8; save the file as \"CSV UTF-8\"")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n") + "\n")
}

/// The lines of a file, as lists of cells.
struct Lines<'a> {
    reader: Reader,
    rest: &'a [u8],
    cells: Vec<u8>,
    ends: [usize; 64],
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        // Where a comma is a decimal point, spreadsheets put another sign between the columns.
        let first = text.trim_start().lines().next().unwrap_or_default();
        let others = [b';', b'\t'].into_iter().filter(|sign| !first.contains(',') && first.contains(char::from(*sign)));
        let delimiter = others.into_iter().next().unwrap_or(b',');
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        Self { reader, rest: text.as_bytes(), cells: vec![0; text.len() + 1], ends: [0; 64] }
    }

    /// The next line that is not empty, with its number, from 1.
    fn next_record(&mut self) -> Result<Option<(u64, Vec<String>)>, String> {
        loop {
            let (result, read, _, count) = self.reader.read_record(self.rest, &mut self.cells, &mut self.ends);
            self.rest = &self.rest[read..];
            let line = self.reader.line().saturating_sub(1).max(1);
            match result {
                ReadRecordResult::Record => {}
                ReadRecordResult::End | ReadRecordResult::InputEmpty if self.rest.is_empty() => return Ok(None),
                ReadRecordResult::End | ReadRecordResult::InputEmpty => continue,
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    // This line has not come to its end.
                    let line = self.reader.line();
                    return Err(format!("line {line}: there are more than {} cells", self.ends.len()));
                }
            }
            let starts = std::iter::once(0).chain(self.ends[..count].iter().copied());
            let cell =
                |(start, end): (usize, &usize)| String::from_utf8_lossy(&self.cells[start..*end]).trim().to_owned();
            let cells: Vec<String> = starts.zip(&self.ends[..count]).map(cell).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                return Ok(Some((line, cells)));
            }
        }
    }
}

/// What the records are by the names of their columns, and where the two columns are.
fn columns_of(names: &[String]) -> Result<(Records, [usize; 2]), String> {
    let place = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    for records in Records::ALL {
        let [first, second] = records.columns();
        match (place(first), place(second)) {
            (Some(one), Some(other)) => return Ok((records, [one, other])),
            (None, None) => {}
            (one, _) => {
                let [there, missing] = if one.is_some() { [first, second] } else { [second, first] };
                let found: Vec<String> = names.iter().map(|name| format!("`{}`", shown(name))).collect();
                return Err(format!(
                    "there is a column `{there}` but none `{missing}`; the columns are called {}",
                    found.join(", ")
                ));
            }
        }
    }
    let line = names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(",");
    match names.iter().all(|name| number(name).is_some()) {
        true => Err(format!("the first line must name the columns, {}, and is `{line}`", headers())),
        false => Err(format!("the columns must be {}, and are `{line}`", headers())),
    }
}

fn row_of(records: Records, columns: [usize; 2], count: usize, cells: &[String]) -> Result<[f64; 2], String> {
    if cells.len() > count {
        return Err(format!(
            "{} cells instead of {count}; write numbers without commas in them, 250000 for 250,000",
            cells.len()
        ));
    }
    let cell = |at: usize| {
        let name = records.columns()[at];
        let text = cells.get(columns[at]).map(String::as_str).unwrap_or_default();
        if text.is_empty() {
            return Err(format!("the `{name}` is missing"));
        }
        match number(text) {
            Some(number) if number.is_finite() => Ok(number),
            Some(_) => Err(format!("the `{name}` is `{}`, which is no number to compute with", shown(text))),
            None if decimal_comma(text) => Err(format!(
                "the `{name}` is `{}`; write it with a decimal point, {}",
                shown(text),
                text.replace(',', ".")
            )),
            None => Err(format!("the `{name}` is `{}`, which is not a number; write digits alone", shown(text))),
        }
    };
    Ok([cell(0)?, cell(1)?])
}

/// Reads a number, also one whose thousands are set apart by commas (in quotes, or between semicolons).
fn number(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, _) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let is_group = |group: &&str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let first = (1..=3).contains(&groups[0].len()) && groups[0].bytes().all(|byte| byte.is_ascii_digit());
    (groups.len() > 1 && first && groups[1..].iter().all(is_group)).then(|| text.replace(',', "").parse().ok())?
}

/// Whether a text is a number whose decimals follow a comma.
fn decimal_comma(text: &str) -> bool {
    text.matches(',').count() == 1 && text.replace(',', ".").parse::<f64>().is_ok()
}

fn shown(text: &str) -> String {
    const WIDEST: usize = 40;
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    excerpt(&plain, WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_houses_or_of_study_records_is_read() {
        let houses = OwnData::read(b"sqft,price\n1000,250000\n1500.5,3.5e5\n").unwrap();
        assert_eq!(houses.rows, [[1_000.0, 250_000.0], [1_500.5, 350_000.0]]);
        assert_eq!((houses.records, houses.row_count, houses.note()), (Records::Houses, 2, None));
        let records = OwnData::read(b"score,hours\n45,1\n92,8").unwrap();
        assert_eq!((records.records, records.rows), (Records::StudyRecords, vec![[1.0, 45.0], [8.0, 92.0]]));
    }

    #[test]
    fn what_spreadsheets_write_is_read_too() {
        let expected = vec![[1_000.0, 250_000.0], [1_500.0, 350_000.0]];
        for file in [
            "\u{feff}sqft,price\r\n1000,250000\r\n1500,350000\r\n",
            "Sqft , PRICE\n\n 1000 , 250000 \n,\n1500,350000\n\n",
            "sqft,price\n\"1,000\",\"250,000\"\n\"1,500\",\"350,000\"\n",
            "sqft;price\n1000;250,000\n1500;350,000\n",
            "id\tsqft\tprice\n1\t1000\t250000\n2\t1500\t350000\n",
            "sqft,price\r1000,250000\r1500,350000",
        ] {
            assert_eq!(OwnData::read(file.as_bytes()).map(|data| data.rows), Ok(expected.clone()), "{file:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (file, message) in [
            ("", "the file is empty; it must begin with `sqft,price` or `hours,score`"),
            ("\n\n", "the file is empty; it must begin with `sqft,price` or `hours,score`"),
            (
                "1000,250000\n1500,350000\n",
                "line 1: the first line must name the columns, `sqft,price` or `hours,score`, and is `1000,250000`",
            ),
            (
                "sqft,prise\n1000,250000\n",
                "line 1: there is a column `sqft` but none `price`; the columns are called `sqft`, `prise`",
            ),
            ("size,cost\n1,2\n", "line 1: the columns must be `sqft,price` or `hours,score`, and are `size,cost`"),
            ("sqft,price\n", "below its first line the file has no row; at least two are needed"),
            ("sqft,price\n1,2\n", "below its first line the file has only one row; at least two are needed"),
            ("sqft,price\n1000,250000\n1500,\n", "line 3: the `price` is missing"),
            ("sqft,price\n1000,250000\n\n1500\n", "line 4: the `price` is missing"),
            (
                "sqft,price\r\n1000,250000\r\nbig,350000\r\n",
                "line 3: the `sqft` is `big`, which is not a number; write digits alone",
            ),
            (
                "sqft,price\n1000,$250000\n",
                "line 2: the `price` is `$250000`, which is not a number; write digits alone",
            ),
            ("sqft,price\n1000,NaN\n", "line 2: the `price` is `NaN`, which is no number to compute with"),
            ("sqft,price\n1000,1e999\n", "line 2: the `price` is `1e999`, which is no number to compute with"),
            (
                "sqft,price\n1000,250,000\n",
                "line 2: 3 cells instead of 2; write numbers without commas in them, 250000 for 250,000",
            ),
            ("hours;score\n1,5;45\n", "line 2: the `hours` is `1,5`; write it with a decimal point, 1.5"),
        ] {
            assert_eq!(OwnData::read(file.as_bytes()), Err(message.to_owned()), "{file:?}");
        }
        assert!(OwnData::read(b"sqft,price\n\xe9,1\n").unwrap_err().starts_with("line 2: this is not UTF-8"));
        assert!(OwnData::read(b"\xff\xfes\0q\0").unwrap_err().starts_with("the file is UTF-16"));
        let many = format!("sqft,price\n{}\n", "1,".repeat(100));
        assert_eq!(OwnData::read(many.as_bytes()), Err("line 2: there are more than 64 cells".to_owned()));
    }

    #[test]
    fn of_a_long_file_rows_from_all_over_it_are_used() {
        let mut file = "hours,score\n".to_owned();
        (0..100_000).for_each(|row| file.push_str(&format!("{row},50\n")));
        let data = OwnData::read(file.as_bytes()).unwrap();
        assert_eq!((data.rows.len(), data.row_count), (OwnData::MOST_ROWS, 100_000));
        assert_eq!((data.rows[1], data.rows[999]), ([100.0, 50.0], [99_900.0, 50.0]));
        let note = "Of the 100,000 rows of your file, 1,000 are used, evenly spread over it.";
        assert_eq!(data.note().as_deref(), Some(note));
        // What is handed on is the same.
        assert_eq!(OwnData::read(data.to_string().as_bytes()).unwrap().rows, data.rows);
    }
}
