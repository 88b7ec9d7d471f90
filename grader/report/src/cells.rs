//! An expected cell beside the answered one, so that a person sees the difference even if it is a line break, the last
//! of sixteen digits, or a letter far behind.

use harness::{Cell, cut, shows_as_it_is};
use verdict::compare::{ComparedCell, Comparison};

/// Both cells, the expected one first, each on one line. They are written alike, and do not look alike if they
/// disagree.
pub(crate) fn apart(ComparedCell { expected, got, agrees }: &ComparedCell) -> (String, String) {
    let (Some(expected), Some(got)) = (expected, got) else {
        return (in_table(expected.as_ref()), in_table(got.as_ref()));
    };
    if let (Cell::Text(expected), Cell::Text(got)) = (expected, got) {
        let shows = shows_as_it_is(expected) && shows_as_it_is(got) && unseen(expected, got).is_none();
        let written = |text: &String| if shows { text.clone() } else { format!("{text:?}") };
        return excerpts([expected, got], [written(expected), written(got)]);
    }
    match (expected.in_table(), got.in_table()) {
        (one, other) if one == other && !agrees => (exact(expected), exact(got)),
        pair => pair,
    }
}

/// In what the first texts differ that have something in common, in a sentence; or that numbers do so late that few
/// tables would show it.
pub(crate) fn first_difference(comparison: &Comparison) -> Option<String> {
    let mut cells = comparison.rows.iter().enumerate().flat_map(|(row, cells)| {
        comparison.answers.iter().zip(&cells.answers).enumerate().map(move |(column, cell)| (row, column, cell))
    });
    cells.find_map(|(row, column, (name, cell))| match (&cell.expected, &cell.got) {
        _ if cell.agrees => None,
        (Some(Cell::Text(expected)), Some(Cell::Text(got))) => {
            let (before, _, _, behind) = around_difference(expected, got);
            // Words that share some letters are different words.
            let are_texts = before + behind > 0 && expected.contains(' ') && !are_words(expected);
            let difference = if are_texts { Some(difference(expected, got)) } else { unseen(expected, got) };
            let of_several = comparison.rows.len() > 1;
            let place = if of_several { format!("In row {}, `{name}`", row + 1) } else { format!("`{name}`") };
            Some(format!("{place} {}.", difference?))
        }
        (Some(_), Some(_)) => differs_late(comparison, column)
            .then(|| format!("`{name}` is off by so little that only the last digits differ.")),
        _ => None,
    })
}

/// Whether a text is but a few words, which a person reads at a glance.
fn are_words(text: &str) -> bool {
    const FEW: usize = 4;
    text.chars().all(|letter| letter.is_alphabetic() || letter == ' ') && text.split(' ').count() <= FEW
}

/// The simplest row that differs, in a sentence, for a person to work out by hand with the formulas of the function.
pub(crate) fn by_hand(comparison: &Comparison, formulas: &[String]) -> Option<String> {
    let written = |cells: &[Cell]| cells.iter().map(Cell::in_table).collect::<Vec<_>>();
    let differing = comparison.rows.iter().filter(|row| !row.agrees() && !row.given.is_empty());
    let row = differing.min_by_key(|row| written(&row.given).concat().len())?;
    let given = comparison.given.iter().zip(written(&row.given)).map(|(name, cell)| format!("`{name}` {cell}"));
    let (name, cell) = comparison.answers.iter().zip(&row.answers).find(|(_, cell)| !cell.agrees)?;
    let (Some(_), Some(_)) = (&cell.expected, &cell.got) else { return None };
    let (expected, got) = apart(cell);
    let how = match formulas {
        [] => String::new(),
        [formula] => format!(" Formula: `{formula}`."),
        [first, others @ ..] => format!(" Formulas: `{first}`, then `{}`.", others.join("`, then `")),
    };
    let given = given.collect::<Vec<_>>().join(", ");
    Some(format!("Work one row out by hand: with {given}, `{name}` is {expected}, and yours is {got}.{how}"))
}

/// Whether a table would show the same in this column, wherever the answers differ.
fn differs_late(comparison: &Comparison, column: usize) -> bool {
    let mut wrong = comparison.rows.iter().filter_map(|row| row.answers.get(column)).filter(|cell| !cell.agrees);
    wrong.all(|cell| match (&cell.expected, &cell.got) {
        (Some(expected), Some(got)) => expected.in_table() == got.in_table(),
        _ => false,
    })
}

fn in_table(cell: Option<&Cell>) -> String {
    cell.map_or("no row".to_owned(), Cell::in_table)
}

/// A cell with its kind and all its digits.
fn exact(cell: &Cell) -> String {
    match cell {
        Cell::Integer(integer) => integer.to_string(),
        Cell::Number(number) => format!("{number:?}"),
        Cell::Text(text) => format!("{text:?}"),
    }
}

/// Two texts as they are written, of long ones what is around the place where they begin to differ.
fn excerpts(texts: [&String; 2], [one, other]: [String; 2]) -> (String, String) {
    const WIDEST: usize = 80;
    const BEFORE: usize = 20;
    const LENGTH: usize = 22;
    if [&one, &other].iter().all(|text| cut(text, WIDEST).len() == text.len()) {
        return (one, other);
    }
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let start = if same > WIDEST - LENGTH - BEFORE { same - BEFORE } else { 0 };
    let excerpt = |text: &str, written: &str| {
        let from = written.char_indices().nth(start).map_or("", |(at, _)| &written[at..]);
        let shown = cut(from, WIDEST - LENGTH);
        let (before, behind) = (start > 0, shown.len() < from.len());
        let dots = |cut| if cut { "…" } else { "" };
        let length = Cell::from(text.chars().count());
        let note = if before || behind { format!(" ({length} characters)") } else { String::new() };
        format!("{}{shown}{}{note}", dots(before), dots(behind))
    };
    (excerpt(texts[0], &one), excerpt(texts[1], &other))
}

/// What a text does not have in common with the expected one, if a person could overlook it.
fn unseen(expected: &str, got: &str) -> Option<String> {
    let (_, only_expected, only_got, _) = around_difference(expected, got);
    (may_be_overlooked(only_expected) || may_be_overlooked(only_got)).then(|| difference(expected, got))
}

/// What a text does not have in common with the expected one.
fn difference(expected: &str, got: &str) -> String {
    let (before, expected, got, behind) = around_difference(expected, got);
    let (has, place) = match (before, behind) {
        (_, 0) => ("ends with", " at its end".to_owned()),
        (0, _) => ("begins with", " at its beginning".to_owned()),
        (before, _) => ("has", format!(" at character {}", Cell::from(before + 1))),
    };
    let place_of_what_is_there = if has == "has" { place.as_str() } else { "" };
    if got.is_empty() {
        format!("lacks {}{place}", named(expected))
    } else if expected.is_empty() {
        format!("{has} {}{place_of_what_is_there}, which is not expected", named(got))
    } else {
        format!("{has} {}{place_of_what_is_there} where {} is expected", named(got), named(expected))
    }
}

/// What two texts do not have in common, and how many letters before and behind it are the same.
fn around_difference<'a>(one: &'a str, other: &'a str) -> (usize, &'a str, &'a str, usize) {
    let same = |(one, other): &(char, char)| one == other;
    let before: Vec<char> = one.chars().zip(other.chars()).take_while(same).map(|(letter, _)| letter).collect();
    let length: usize = before.iter().map(|letter| letter.len_utf8()).sum();
    let (one, other) = (&one[length..], &other[length..]);
    let behind: Vec<char> =
        one.chars().rev().zip(other.chars().rev()).take_while(same).map(|(letter, _)| letter).collect();
    let length: usize = behind.iter().map(|letter| letter.len_utf8()).sum();
    (before.len(), &one[..one.len() - length], &other[..other.len() - length], behind.len())
}

/// Whether a part of a text does not show, or is a few letters that may look like others.
fn may_be_overlooked(part: &str) -> bool {
    const FEW: usize = 3;
    let hides = |letter: char| letter != ' ' && !shows_as_it_is(letter.encode_utf8(&mut [0; 4]));
    let is_blank = part.chars().all(|letter| letter == ' ');
    let is_foreign = part.chars().all(|letter| !letter.is_ascii()) && part.chars().count() <= FEW;
    part.contains(hides) || !part.is_empty() && (is_blank || is_foreign)
}

/// A part of a text as a person calls it.
fn named(part: &str) -> String {
    let mut chars = part.chars();
    match (chars.next(), chars.next()) {
        (Some('\n'), None) => "a line break (`\\n`)".to_owned(),
        (Some('\t'), None) => "a tab (`\\t`)".to_owned(),
        (Some(' '), None) => "a space".to_owned(),
        (Some(letter), None) if !letter.is_ascii() && shows_as_it_is(part) => {
            format!("`{letter}` (U+{:04X})", u32::from(letter))
        }
        _ if part.chars().all(|letter| letter == ' ') => format!("{} spaces", part.len()),
        _ => {
            const SHOWN: usize = 20;
            let spelled: String = part.chars().take(SHOWN).flat_map(char::escape_debug).collect();
            let more = if part.chars().nth(SHOWN).is_some() { "…" } else { "" };
            format!("`{spelled}{more}`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use verdict::compare::ComparedRow;

    fn texts(expected: &str, got: &str) -> (String, String) {
        cells(expected, got)
    }

    fn cells(expected: impl Into<Cell>, got: impl Into<Cell>) -> (String, String) {
        apart(&differing(expected, got))
    }

    fn differing(expected: impl Into<Cell>, got: impl Into<Cell>) -> ComparedCell {
        ComparedCell { expected: Some(expected.into()), got: Some(got.into()), agrees: false }
    }

    fn pair(expected: &str, got: &str) -> (String, String) {
        (expected.to_owned(), got.to_owned())
    }

    fn sentence(expected: impl Into<Cell>, got: impl Into<Cell>) -> Option<String> {
        sentence_on(vec![differing(expected, got)])
    }

    #[test]
    fn the_simplest_row_that_differs_is_worked_out_by_hand() {
        let row = |sqft: f64, cell: ComparedCell| ComparedRow { given: vec![sqft.into()], answers: vec![cell] };
        let agreeing = ComparedCell { agrees: true, ..differing(1.0, 1.0) };
        let comparison = |rows: Vec<ComparedRow>| Comparison {
            given: vec!["sqft".to_owned()],
            answers: vec!["price".to_owned()],
            expected_rows: rows.len(),
            got_rows: rows.len(),
            rows,
            samples: Vec::new(),
        };
        let rows = vec![row(1_234.5, differing(3.0, 4.0)), row(2.0, differing(50.0, 60.0)), row(1.0, agreeing)];
        let said = |formulas: &[&str]| {
            by_hand(&comparison(rows.clone()), &formulas.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let start = "Work one row out by hand: with `sqft` 2, `price` is 50, and yours is 60.";
        assert_eq!(said(&[]).as_deref(), Some(start));
        assert_eq!(said(&["a + b"]), Some(format!("{start} Formula: `a + b`.")));
        assert_eq!(said(&["v = a", "w = v"]), Some(format!("{start} Formulas: `v = a`, then `w = v`.")));
        assert_eq!(by_hand(&comparison(rows[2..].to_vec()), &[]), None);
    }

    /// What is said of a column.
    fn sentence_on(cells: Vec<ComparedCell>) -> Option<String> {
        first_difference(&Comparison {
            given: Vec::new(),
            answers: vec!["text".to_owned()],
            expected_rows: cells.len(),
            got_rows: cells.len(),
            rows: cells.into_iter().map(|cell| ComparedRow { given: Vec::new(), answers: vec![cell] }).collect(),
            samples: Vec::new(),
        })
    }

    #[test]
    fn texts_that_differ_in_what_does_not_show_are_spelled_and_told() {
        for (got, shown, difference) in [
            ("a hour\n", r#""a hour\n""#, "ends with a line break (`\\n`), which is not expected"),
            ("a hour ", r#""a hour ""#, "ends with a space, which is not expected"),
            ("a hour\0", r#""a hour\0""#, "ends with `\\0`, which is not expected"),
            ("a hour\x1b[0m", r#""a hour\u{1b}[0m""#, "ends with `\\u{1b}[0m`, which is not expected"),
            ("a\u{a0}hour", r#""a\u{a0}hour""#, "has `\\u{a0}` at character 2 where a space is expected"),
            ("\ta hour", r#""\ta hour""#, "begins with a tab (`\\t`), which is not expected"),
            ("a  hour", r#""a  hour""#, "has a space at character 3, which is not expected"),
            ("ahour", r#""ahour""#, "lacks a space at character 2"),
            ("а hour", r#""а hour""#, "begins with `а` (U+0430) where `a` is expected"),
        ] {
            assert_eq!(texts("a hour", got), pair(r#""a hour""#, shown));
            assert_eq!(sentence("a hour", got), Some(format!("`text` {difference}.")), "{got:?}");
        }
        assert_eq!(sentence("a\n\n", "a"), Some("`text` lacks `\\n\\n` at its end.".to_owned()));
        let second = sentence_on(vec![ComparedCell { agrees: true, ..differing("a", "a") }, differing("a", "a ")]);
        assert_eq!(second.as_deref(), Some("In row 2, `text` ends with a space, which is not expected."));
    }

    #[test]
    fn texts_that_differ_for_all_to_see_stand_as_they_are() {
        assert_eq!(texts("increase", "decrease"), pair("increase", "decrease"));
        assert_eq!(sentence("increase", "decrease"), None);
        assert_eq!(texts("x", ""), pair("\"x\"", "\"\""));
        assert_eq!(sentence("x", ""), None);
        assert_eq!(sentence("too small", "too big"), None);
        assert_eq!(texts("one\ntwo", "one\nthree"), pair(r#""one\ntwo""#, r#""one\nthree""#));
        assert_eq!(sentence("one\ntwo", "one\nthree"), None);
    }

    #[test]
    fn numbers_that_differ_late_have_all_their_digits() {
        let late = 1.000_000_000_000_000_2;
        assert_eq!(cells(1.0, late), pair("1.0", "1.0000000000000002"));
        assert_eq!(cells(0.0, -0.0), pair("0.0", "-0.0"));
        assert_eq!(cells(1.5, 2.5), pair("1.5", "2.5"));
        assert_eq!(cells(1_i64, 1.0), pair("1", "1.0"));
        assert_eq!(cells(1_i64, "1"), pair("1", "\"1\""));
        assert_eq!(apart(&ComparedCell { got: None, ..differing(1_i64, 1.0) }), pair("1", "no row"));
        assert_eq!(apart(&ComparedCell { agrees: true, ..differing(1.0, late) }), pair("1", "1"));
        let rounded = "`text` is off by so little that only the last digits differ.";
        assert_eq!((sentence(1.0, 1.000_000_000_2).as_deref(), sentence(1.0, 2.0)), (Some(rounded), None));
        let little = || differing(1.0, 1.000_000_000_2);
        assert_eq!(sentence_on(vec![little(), little()]).as_deref(), Some(rounded));
        assert_eq!(sentence_on(vec![little(), differing(1.0, 2.0)]), None);
    }

    #[test]
    fn of_long_texts_the_place_is_shown_where_they_begin_to_differ() {
        let long = "s".repeat(70_000);
        let (expected, got) = texts("Score = 32.5", &format!("Score = 32.5{long}"));
        assert_eq!(expected, "Score = 32.5");
        assert_eq!(got, format!("Score = 32.5{}… (70,012 characters)", "s".repeat(46)));
        let (expected, got) = texts(&format!("{long}end"), &format!("{long}END of it"));
        assert_eq!(expected, "…ssssssssssssssssssssend (70,003 characters)");
        assert_eq!(got, "…ssssssssssssssssssssEND of it (70,009 characters)");
        let wide = "幅".repeat(100);
        assert_eq!(texts(&wide, "x").0, format!("{}… (100 characters)", "幅".repeat(29)));
    }
}
