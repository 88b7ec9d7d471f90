//! Data of a student's own: a CSV file that takes the place of a set of the course in experiments. Its columns are
//! called as the fields of the set's records. What is wrong with a file is said with its line, for whoever made it in
//! a spreadsheet.

use std::fmt;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde::de::value::{Error, MapDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::Cell;
use crate::cell::plain_excerpt;

/// A file as it was read: its columns and rows. Which of them are needed, and as what, the type of the records says.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnData {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// The line that names them.
    line: u64,
    /// The rows that are used.
    rows: Vec<Row>,
    /// How many there were in the file.
    row_count: usize,
}

/// A row with its line.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    line: u64,
    cells: Vec<String>,
}

impl OwnData {
    /// More than any picture can show, and few enough to descend on in a moment.
    pub const MOST_ROWS: usize = 1_000;

    /// Reads a file. Its first line names the columns. Of a long file, rows that are evenly spread over it are used.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence that names the line.
    pub fn read(file: &[u8]) -> Result<Self, String> {
        let text = text_of(file)?;
        let mut lines = Lines::of(&text);
        let Some(Row { line, cells: mut columns }) = lines.next_row()? else {
            return Err("the file is empty; its first line must name the columns".to_owned());
        };
        leave_out_empty_ends(&mut columns, 0);
        let mut rows = Vec::new();
        while let Some(mut row) = lines.next_row()? {
            leave_out_empty_ends(&mut row.cells, columns.len());
            if row.cells.len() > columns.len() {
                let (line, cells, count) = (row.line, row.cells.len(), columns.len());
                return Err(format!(
                    "line {line}: {cells} cells instead of {count}; write numbers without commas in them, 250000 for 250,000"
                ));
            }
            rows.push(row);
        }
        let row_count = rows.len();
        if row_count < 2 {
            let found = if row_count == 0 { "no row" } else { "only one row" };
            return Err(format!("below its first line the file has {found}; at least two are needed"));
        }
        if row_count > Self::MOST_ROWS {
            rows = (0..Self::MOST_ROWS).map(|at| rows[at * row_count / Self::MOST_ROWS].clone()).collect();
        }
        Ok(Self { columns, line, rows, row_count })
    }

    /// The rows that are used, as records. Columns that are no field of theirs are left out.
    ///
    /// # Errors
    /// If a column is missing or a cell does not fit its field, in a sentence that names the line.
    pub fn records<Record: DeserializeOwned>(&self) -> Result<Vec<Record>, String> {
        let fields = fields_of::<Record>();
        let places = self.places(fields).map_err(|message| format!("line {}: {message}", self.line))?;
        let record = |Row { line, cells }: &Row| {
            let text = |at: &usize| cells.get(*at).map(String::as_str).unwrap_or_default();
            let cells = fields.iter().zip(&places).map(|(field, at)| (*field, OwnCell { field, text: text(at) }));
            Record::deserialize(MapDeserializer::<_, Error>::new(cells))
                .map_err(|error| format!("line {line}: {error}"))
        };
        self.rows.iter().map(record).collect()
    }

    /// How many rows are used, where these are not all.
    pub fn note(&self) -> Option<String> {
        let [all, used] = [self.row_count, self.rows.len()].map(Cell::from);
        (self.row_count > self.rows.len())
            .then(|| format!("Of the {all} rows of your file, {used} are used, evenly spread over it."))
    }

    /// Where the column of each field is.
    fn places(&self, fields: &[&str]) -> Result<Vec<usize>, String> {
        let place = |field: &&str| self.columns.iter().position(|name| name.eq_ignore_ascii_case(field));
        let Some(missing) = fields.iter().find(|field| place(field).is_none()) else {
            return Ok(fields.iter().filter_map(place).collect());
        };
        if let Some(there) = fields.iter().find(|field| place(field).is_some()) {
            let found: Vec<String> = self.columns.iter().map(|name| format!("`{}`", shown(name))).collect();
            let found = found.join(", ");
            return Err(format!("there is a column `{there}` but none `{missing}`; the columns are called {found}"));
        }
        let wanted = fields.join(",");
        let line = self.columns.iter().map(|name| shown(name)).collect::<Vec<_>>().join(",");
        Err(match self.columns.iter().all(|name| number(name).is_some()) {
            true => format!("the first line must name the columns, `{wanted}`, and is `{line}`"),
            false => format!("the columns must be `{wanted}`, and are `{line}`"),
        })
    }
}

/// As a file that holds the rows that are used, each on the line where it was.
impl fmt::Display for OwnData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut at = 1;
        let names = Row { line: self.line, cells: self.columns.clone() };
        for Row { line, cells } in std::iter::once(&names).chain(&self.rows) {
            let text = cells.iter().map(quoted).collect::<Vec<_>>().join(",");
            let breaks = text.matches('\n').count() as u64;
            // A row is named by the line on which it ends.
            let empty = line.saturating_sub(at + breaks);
            (0..empty).try_for_each(|_| writeln!(f))?;
            writeln!(f, "{text}")?;
            at += empty + breaks + 1;
        }
        Ok(())
    }
}

/// The names of the fields of a record, in their order; none if it is no struct.
pub(crate) fn fields_of<Record: DeserializeOwned>() -> &'static [&'static str] {
    /// Asks a type what it would read.
    struct Asked<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = Error;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            *self.0 = fields;
            self.deserialize_any(visitor)
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("only asked"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut fields: &'static [&'static str] = &[];
    let _ = Record::deserialize(Asked(&mut fields));
    fields
}

/// A cell that becomes the field of a record.
#[derive(Clone, Copy)]
struct OwnCell<'a> {
    field: &'a str,
    text: &'a str,
}

impl OwnCell<'_> {
    /// The cell's text.
    fn given(&self) -> Result<&str, Error> {
        match self.text {
            "" => Err(Error::custom(format_args!("the `{}` is missing", self.field))),
            text => Ok(text),
        }
    }

    fn number(&self) -> Result<f64, Error> {
        let (field, text) = (self.field, self.given()?);
        Err(Error::custom(match number(text) {
            Some(number) if number.is_finite() => return Ok(number),
            Some(_) => format!("the `{field}` is `{}`, which is no number to compute with", shown(text)),
            None if decimal_comma(text) => {
                let better = text.replace(',', ".");
                format!("the `{field}` is `{}`; write it with a decimal point, {better}", shown(text))
            }
            None => format!("the `{field}` is `{}`, which is not a number; write digits alone", shown(text)),
        }))
    }

    /// That a value, which was read, does not fit the field.
    fn misfit(&self, why: &Error) -> Error {
        Error::custom(format_args!("the `{}` does not fit: {why}", self.field))
    }
}

impl<'de> IntoDeserializer<'de, Error> for OwnCell<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! whole_number {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number = self.number()?;
            let whole = number as i64;
            if whole as f64 != number {
                let text = shown(self.text);
                return Err(Error::custom(format_args!("the `{}` is `{text}`, which is not a whole number", self.field)));
            }
            visitor.visit_i64(whole).map_err(|why: Error| self.misfit(&why))
        })*
    };
}

impl<'de> Deserializer<'de> for OwnCell<'_> {
    type Error = Error;

    whole_number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.given()?.to_ascii_lowercase().as_str() {
            "yes" | "true" => visitor.visit_bool(true),
            "no" | "false" => visitor.visit_bool(false),
            text => Err(Error::custom(format_args!("the `{}` is `{}`; write yes or no", self.field, shown(text)))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.given()?.into_deserializer()).map_err(|why: Error| self.misfit(&why))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.given()?).map_err(|why: Error| self.misfit(&why))
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
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

    /// The next row that is not empty.
    fn next_row(&mut self) -> Result<Option<Row>, String> {
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
                return Ok(Some(Row { line, cells }));
            }
        }
    }
}

/// Takes empty cells from the end of a row, down to this number of cells: a comma at the end of a line begins one.
fn leave_out_empty_ends(cells: &mut Vec<String>, least: usize) {
    while cells.len() > least && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
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
    plain_excerpt(text, WIDEST)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::testing::{Size, Tally};

    fn sizes(file: &[u8]) -> Result<Vec<[f64; 2]>, String> {
        let records: Vec<Size> = OwnData::read(file)?.records()?;
        Ok(records.iter().map(|record| [record.size, record.price]).collect())
    }

    #[test]
    fn a_file_becomes_records_by_the_names_of_their_fields() {
        assert_eq!(fields_of::<Size>(), ["size", "price"]);
        assert_eq!(fields_of::<f64>(), [""; 0]);
        assert_eq!(
            sizes(b"size,price\n1000,250000\n1500.5,3.5e5\n"),
            Ok(vec![[1_000.0, 250_000.0], [1_500.5, 350_000.0]])
        );
        assert_eq!(sizes(b"price,size\n45,1\n92,8"), Ok(vec![[1.0, 45.0], [8.0, 92.0]]));
        assert_eq!(OwnData::read(b"size,price\n1,2\n3,4\n").unwrap().note(), None);
    }

    #[test]
    fn a_field_can_be_a_word_a_count_or_a_choice_too() {
        #[derive(Debug, PartialEq, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Kind {
            Small,
            Large,
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct Thing {
            kind: Kind,
        }
        let tallies = |file: &[u8]| OwnData::read(file).unwrap().records::<Tally>();
        let tally = |word: &str, count, known| Tally { word: word.to_owned(), count, known };
        let read = tallies(b"word,count,known\n\"a, b\",3,yes\nc,\"1,000\",No\n");
        assert_eq!(read, Ok(vec![tally("a, b", 3, true), tally("c", 1_000, false)]));
        for (cells, told) in [
            ("a,2.5,yes", "line 3: the `count` is `2.5`, which is not a whole number"),
            ("a,-1,yes", "line 3: the `count` does not fit: invalid value: integer `-1`, expected u32"),
            ("a,1,perhaps", "line 3: the `known` is `perhaps`; write yes or no"),
            (",1,yes", "line 3: the `word` is missing"),
        ] {
            assert_eq!(tallies(format!("word,count,known\na,1,yes\n{cells}\n").as_bytes()), Err(told.to_owned()));
        }
        let things = |file: &[u8]| OwnData::read(file).unwrap().records::<Thing>();
        assert_eq!(things(b"kind\nsmall\nlarge\n"), Ok(vec![Thing { kind: Kind::Small }, Thing { kind: Kind::Large }]));
        let told = things(b"kind\nsmall\nhuge\n").unwrap_err();
        assert_eq!(told, "line 3: the `kind` does not fit: unknown variant `huge`, expected `small` or `large`");
    }

    #[test]
    fn what_spreadsheets_write_is_read_too() {
        for file in [
            "\u{feff}size,price\r\n1000,250000\r\n1500,350000\r\n",
            "Size , PRICE\n\n 1000 , 250000 \n,\n1500,350000\n\n",
            "size,price\n\"1,000\",\"250,000\"\n\"1,500\",\"350,000\"\n",
            "size;price\n1000;250,000\n1500;350,000\n",
            "id\tsize\tprice\n1\t1000\t250000\n2\t1500\t350000\n",
            "size,price\r1000,250000\r1500,350000",
            "size,price,\n1000,250000,\n1500,350000,\n",
            "size,price\n1000,250000,,\n1500,350000,\n",
        ] {
            assert_eq!(sizes(file.as_bytes()), Ok(vec![[1_000.0, 250_000.0], [1_500.0, 350_000.0]]), "{file:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (file, message) in [
            ("", "the file is empty; its first line must name the columns"),
            ("\n\n", "the file is empty; its first line must name the columns"),
            (
                "1000,250000\n1500,350000\n1,2\n",
                "line 1: the first line must name the columns, `size,price`, and is `1000,250000`",
            ),
            (
                "size,prise\n1000,250000\n1,2\n",
                "line 1: there is a column `size` but none `price`; the columns are called `size`, `prise`",
            ),
            ("area,cost\n1,2\n3,4\n", "line 1: the columns must be `size,price`, and are `area,cost`"),
            ("size,price\n", "below its first line the file has no row; at least two are needed"),
            ("size,price\n1,2\n", "below its first line the file has only one row; at least two are needed"),
            ("size,price\n1000,250000\n1500,\n", "line 3: the `price` is missing"),
            ("size,price\n1000,250000\n\n1500\n", "line 4: the `price` is missing"),
            (
                "size,price\r\n1000,250000\r\nbig,350000\r\n",
                "line 3: the `size` is `big`, which is not a number; write digits alone",
            ),
            (
                "size,price\n1000,$250000\n1,2\n",
                "line 2: the `price` is `$250000`, which is not a number; write digits alone",
            ),
            ("size,price\n1000,NaN\n1,2\n", "line 2: the `price` is `NaN`, which is no number to compute with"),
            ("size,price\n1000,1e999\n1,2\n", "line 2: the `price` is `1e999`, which is no number to compute with"),
            (
                "size,price\n1000,250,000\n",
                "line 2: 3 cells instead of 2; write numbers without commas in them, 250000 for 250,000",
            ),
            (
                "size,price,\n1000,,250000\n",
                "line 2: 3 cells instead of 2; write numbers without commas in them, 250000 for 250,000",
            ),
            ("size;price\n1,5;45\n1;2\n", "line 2: the `size` is `1,5`; write it with a decimal point, 1.5"),
        ] {
            assert_eq!(sizes(file.as_bytes()), Err(message.to_owned()), "{file:?}");
        }
        assert!(OwnData::read(b"size,price\n\xe9,1\n").unwrap_err().starts_with("line 2: this is not UTF-8"));
        assert!(OwnData::read(b"\xff\xfes\0q\0").unwrap_err().starts_with("the file is UTF-16"));
        let many = format!("size,price\n{}\n", "1,".repeat(100));
        assert_eq!(OwnData::read(many.as_bytes()), Err("line 2: there are more than 64 cells".to_owned()));
    }

    #[test]
    fn of_a_long_file_rows_from_all_over_it_are_used() {
        let mut file = "size,price\n".to_owned();
        (0..100_000).for_each(|row| file.push_str(&format!("{row},50\n")));
        let data = OwnData::read(file.as_bytes()).unwrap();
        let records: Vec<Size> = data.records().unwrap();
        assert_eq!((records.len(), data.row_count), (OwnData::MOST_ROWS, 100_000));
        assert_eq!((records[1].size, records[999].size), (100.0, 99_900.0));
        let note = "Of the 100,000 rows of your file, 1,000 are used, evenly spread over it.";
        assert_eq!(data.note().as_deref(), Some(note));
    }

    #[test]
    fn what_is_handed_on_is_the_same_on_the_same_lines() {
        for file in [
            "size,price\n\n1,2\n\n\n3,4\n5,6\n",
            "\nsize,price,\"a \"\"note\"\"\"\n1,2,\"two\nlines\"\n3,4\n",
            "size;price\n1;2,5\n3;4\n",
        ] {
            let data = OwnData::read(file.as_bytes()).unwrap();
            assert_eq!(OwnData::read(data.to_string().as_bytes()).unwrap(), data, "{file:?}");
        }
    }
}
