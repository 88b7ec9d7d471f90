//! Snapshots: the expected answers, and those of each known mistake, as insta's `.snap` files.
//!
//! A grade only reads them. The text has a section for each case and trial: a line `# case, trial`, then an aligned
//! table. ` | ` separates its columns, and ` -> ` separates the given columns from the answers. Numbers are written
//! with all their digits, so that they read back to the same bits.

use std::path::Path;

use course::edition::get_back;
use course::{Edition, Error, Result, read as read_file};
use harness::{Cell, Column, Role, Side, Table, padded};
use serde::{Deserialize, Serialize};

use super::{Key, Record, Recorded};

/// What the header of a snapshot says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// What the snapshot is about, in a sentence. That of a known mistake is what the student reads.
    pub description: String,
    /// The function that a known mistake is in.
    pub function: Option<String>,
}

/// A snapshot file.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What its header says.
    pub header: Header,
    /// What is recorded in it.
    pub record: Record,
}

/// Reads what a snapshot file records, given relative to the course.
///
/// # Errors
/// If the file is missing or does not hold what is described above.
pub fn read(root: &Path, path: &Path) -> Result<Record> {
    Parts::load(root, path)?.record(root, path)
}

/// Reads a whole snapshot file, given relative to the course.
///
/// # Errors
/// If the file is missing or does not hold what is described above.
pub fn read_whole(root: &Path, path: &Path) -> Result<Snapshot> {
    let parts = Parts::load(root, path)?;
    Ok(Snapshot { header: parts.header(), record: parts.record(root, path)? })
}

/// What the header of a snapshot file says, given relative to the course.
///
/// # Errors
/// If the file is missing or has no header.
pub fn header(root: &Path, path: &Path) -> Result<Header> {
    Ok(Parts::load(root, path)?.header())
}

/// The text of a snapshot file, given relative to the course, without its header.
///
/// # Errors
/// If the file is missing or has no header.
pub fn contents(root: &Path, path: &Path) -> Result<String> {
    Ok(Parts::load(root, path)?.text)
}

/// A snapshot file: a header between two lines `---`, and the text behind it.
struct Parts {
    header: String,
    text: String,
}

impl Parts {
    fn record(&self, root: &Path, path: &Path) -> Result<Record> {
        let header_lines = self.header.lines().count();
        parse(&self.text).map_err(|(line, message)| {
            Error::at(path, header_lines + line, format!("{message}; {}", remedy(root, path)))
        })
    }

    /// Reads the header as insta writes it: YAML with a field a line, and those of `info` below it.
    fn header(&self) -> Header {
        let field =
            |start: &str| self.header.lines().find_map(|line| Some(read_text(line.strip_prefix(start)?.trim())));
        Header { description: field("description:").unwrap_or_default(), function: field("  function:") }
    }

    fn load(root: &Path, path: &Path) -> Result<Self> {
        const BORDER: &str = "---\n";
        let file = read_file(root, path)?;
        let head = file.strip_prefix(BORDER).and_then(|rest| {
            let at = if rest.starts_with(BORDER) { 0 } else { rest.find(&format!("\n{BORDER}"))? + 1 };
            Some(BORDER.len() + at + BORDER.len())
        });
        let Some(head) = head else {
            let message = format!("a snapshot begins with a header between two lines `---`; {}", remedy(root, path));
            return Err(Error::at(path, 1, message));
        };
        let (header, text) = file.split_at(head);
        Ok(Self { header: header.to_owned(), text: text.to_owned() })
    }
}

/// How to mend a snapshot file.
fn remedy(root: &Path, path: &Path) -> String {
    match Edition::of(root) {
        Edition::Instructors => "record it again with `cargo xtask bless`".to_owned(),
        Edition::Students => get_back(path),
    }
}

/// Writes a record as the text of a snapshot.
pub fn render<'a>(record: impl IntoIterator<Item = (&'a Key, &'a Recorded)>) -> String {
    let mut text = String::new();
    for (key, recorded) in record {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("# {key}\n"));
        match recorded {
            Recorded::Answered(table) => text.push_str(&render_table(table)),
            Recorded::Panicked(message) => text.push_str(&format!("! panicked: {}\n", write_text(message, &[]))),
            Recorded::NotStarted | Recorded::Ended(_) => text.push_str(&format!("! {recorded}\n")),
        }
    }
    text
}

/// Reads the text of a snapshot; a fault is a line, from 1, and what is wrong there.
fn parse(text: &str) -> std::result::Result<Record, (usize, String)> {
    let mut record = Record::new();
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).peekable();
    while let Some((at, line)) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let head = line.strip_prefix("# ").and_then(|names| names.rsplit_once(", "));
        let Some((case, trial)) = head else {
            return Err((at, "a section begins with `# case, trial`".to_owned()));
        };
        let trial = trial.parse().map_err(|()| (at, format!("`{trial}` is not a trial")))?;
        let mut body = Vec::new();
        while let Some(next) = lines.next_if(|(_, line)| !line.is_empty() && !line.starts_with("# ")) {
            body.push(next);
        }
        let recorded = match body.first() {
            Some((at, line)) if line.starts_with("! ") => {
                parse_end(&line[2..]).ok_or_else(|| (*at, format!("`{line}` is no way for a case to end")))?
            }
            _ => Recorded::Answered(parse_table(&body)?),
        };
        let key = Key::new(case, trial);
        if record.insert(key.clone(), recorded).is_some() {
            return Err((at, format!("`{key}` is here a second time")));
        }
    }
    Ok(record)
}

fn parse_end(text: &str) -> Option<Recorded> {
    if let Some(message) = text.strip_prefix("panicked: ") {
        return Some(Recorded::Panicked(read_text(message)));
    }
    match text.strip_prefix("ended: ") {
        Some(ending) => ending.parse().ok().map(Recorded::Ended),
        None => (text == "not started").then_some(Recorded::NotStarted),
    }
}

fn render_table(table: &Table) -> String {
    let head: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let body = table.rows.iter().map(|row| row.iter().map(write_cell).collect());
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let mut text = String::new();
    for row in padded(&rows, |_| Side::Left) {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let border = at > 0 && table.columns[at - 1].role != table.columns[at].role;
            line.push_str(match border {
                _ if at == 0 => "",
                true => " -> ",
                false => " | ",
            });
            line.push_str(cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if table.row_count > table.rows.len() {
        text.push_str(&format!("… {} rows\n", table.row_count));
    }
    text
}

fn parse_table(lines: &[(usize, &str)]) -> std::result::Result<Table, (usize, String)> {
    let mut table = Table::default();
    let Some(((_, head), rows)) = lines.split_first() else { return Ok(table) };
    let (given, answers) = halves(head);
    let column = |role| move |name: &str| Column { name: name.trim().to_owned(), role };
    table.columns.extend(given.iter().flat_map(|half| half.split(" | ")).map(column(Role::Given)));
    table.columns.extend(answers.split(" | ").map(column(Role::Answer)));

    for (at, line) in rows {
        if let Some(count) = line.strip_prefix("… ").and_then(|line| line.strip_suffix(" rows")) {
            table.row_count = count.parse().map_err(|_| (*at, "the number of rows is not a number".to_owned()))?;
            continue;
        }
        let (given, answers) = halves(line);
        let cells = given.into_iter().chain([answers]).flat_map(|half| half.split(" | "));
        let row: Vec<Cell> = cells.map(|cell| read_cell(cell.trim())).collect();
        if row.len() != table.columns.len() {
            return Err((*at, format!("the row has {} cells for {} columns", row.len(), table.columns.len())));
        }
        table.rows.push(row);
        table.row_count += 1;
    }
    Ok(table)
}

/// A line's given part, if it has one, and its answers.
fn halves(line: &str) -> (Option<&str>, &str) {
    match line.split_once(" -> ") {
        Some((given, answers)) => (Some(given), answers),
        None => (None, line),
    }
}

/// A cell as text that [`read_cell`] reads back to the same cell.
fn write_cell(cell: &Cell) -> String {
    match cell {
        Cell::Integer(integer) => integer.to_string(),
        Cell::Number(number) => format!("{number:?}"),
        // What would be read as another kind of cell, or part columns, is quoted.
        Cell::Text(text) if !matches!(read_cell(text), Cell::Text(_)) => quoted(text),
        Cell::Text(text) => write_text(text, &['|', '>', '#', '!', '…']),
    }
}

/// A text on one line that [`read_text`] reads back; quoted if it must be, or if it holds one of these characters.
fn write_text(text: &str, further: &[char]) -> String {
    let is_plain = text.trim() == text && !text.is_empty() && !text.starts_with('"');
    if is_plain && !text.contains(|letter: char| letter.is_control() || further.contains(&letter)) {
        return text.to_owned();
    }
    quoted(text)
}

/// A text as JSON writes it, without the signs that separate columns.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('|', "\\u007c").replace('>', "\\u003e")
}

fn read_text(text: &str) -> String {
    let unquoted = text.starts_with('"').then(|| serde_json::from_str(text).ok()).flatten();
    unquoted.unwrap_or_else(|| text.to_owned())
}

fn read_cell(text: &str) -> Cell {
    if let Ok(integer) = text.parse() {
        return Cell::Integer(integer);
    }
    // `parse` accepts words such as "infinity" as numbers; here only what `write_cell` writes is one.
    if let Ok(number) = text.parse::<f64>()
        && (text.contains(|letter: char| letter.is_ascii_digit()) || matches!(text, "NaN" | "inf" | "-inf"))
    {
        return Cell::Number(number);
    }
    Cell::Text(read_text(text))
}

#[cfg(test)]
mod tests {
    use harness::{Trial, answer, given};

    use super::*;
    use outcome::Ending;

    fn one_of(recorded: Recorded) -> Record {
        Record::from([(Key::new("loss-by-weight", Trial::Lesson), recorded)])
    }

    #[test]
    fn a_record_reads_back_to_the_same_cells() {
        let mut table = Table::default();
        for (weight, loss, word) in [
            (50.0, 0.1 + 0.2, "increase"),
            (1e-300, -3.1e143, "at the minimum"),
            (0.0, f64::INFINITY, "12"),
            (-0.0, 5e-324, "a -> b | \"c\"\n# d"),
            (7.0, 1.0, ""),
            (7.0, 1.0, "inf"),
        ] {
            table.row([given("weight", weight), given("row", 3usize), answer("the loss", loss), answer("word", word)]);
        }
        let record = one_of(Recorded::Answered(table));
        assert_eq!(parse(&render(&record)).unwrap(), record);
    }

    #[test]
    fn a_header_is_read_as_insta_writes_it() {
        let header = |fields: &str| {
            let header = format!("---\nsource: a.rs\n{fields}---\n");
            Parts { header, text: "description: none\n".to_owned() }.header()
        };
        let of = |description: &str, function: Option<&str>| Header {
            description: description.to_owned(),
            function: function.map(str::to_owned),
        };
        let quoted = "description: \"Not this: \\\"that\\\".\"\ninfo:\n  function: \"Adam::step\"\n";
        assert_eq!(header(quoted), of("Not this: \"that\".", Some("Adam::step")));
        assert_eq!(header("description: the loss at six weights\n"), of("the loss at six weights", None));
        assert_eq!(header(""), Header::default());
    }

    #[test]
    fn a_table_without_given_columns_and_an_end_read_back() {
        let mut table = Table::default();
        table.row([answer("rows", 0usize)]);
        for recorded in [
            Recorded::Answered(table),
            Recorded::Answered(Table::default()),
            Recorded::NotStarted,
            Recorded::Panicked("index out of bounds".to_owned()),
            Recorded::Ended(Ending::Exited(None)),
            Recorded::Ended(Ending::StackOverflow),
        ] {
            let record = one_of(recorded);
            assert_eq!(parse(&render(&record)).unwrap(), record);
        }
    }

    #[test]
    fn any_text_reads_back() {
        const LETTERS: [&str; 17] =
            ["a", " ", "\n", "\r", "\t", "\\", "\"", "|", " | ", " -> ", "#", "!", "…", "\0", "\x1b", "\u{2028}", "é"];
        for one in LETTERS {
            for two in LETTERS {
                for three in LETTERS {
                    let text = format!("{one}{two}{three}");
                    let mut table = Table::default();
                    table.row([given("input", text.as_str()), answer("output", text.as_str())]);
                    for recorded in [Recorded::Answered(table), Recorded::Panicked(text.clone())] {
                        let record = one_of(recorded);
                        // insta trims the end of a file.
                        assert_eq!(parse(render(&record).trim_end()).as_ref(), Ok(&record), "{text:?}");
                    }
                }
            }
        }
        let empty = one_of(Recorded::Panicked(String::new()));
        assert_eq!(parse(render(&empty).trim_end()), Ok(empty));
    }

    #[test]
    fn a_person_can_read_a_snapshot() {
        let mut table = Table::default();
        table.row([given("weight", 50.0), answer("loss", 303_750_000_000.0), answer("direction", "increase")]);
        table.row([given("weight", 200.0), answer("loss", 0.0), answer("direction", "at the minimum")]);
        assert_eq!(
            render(&one_of(Recorded::Answered(table))),
            "\
# loss-by-weight, lesson
weight -> loss           | direction
50.0   -> 303750000000.0 | increase
200.0  -> 0.0            | at the minimum
"
        );
    }

    #[test]
    fn a_damaged_snapshot_is_named_with_its_line() {
        assert_eq!(parse("weight -> loss").unwrap_err().0, 1);
        assert_eq!(
            parse("# a, lesson\nx -> y\n1 -> 2 | 3\n").unwrap_err(),
            (3, "the row has 3 cells for 2 columns".to_owned())
        );
        assert_eq!(parse("# a, lesson\nx\n1\n\n# a, lesson\nx\n1\n").unwrap_err().0, 5);
    }
}
