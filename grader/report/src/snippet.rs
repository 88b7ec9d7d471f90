//! The code that a compiler quotes, fitted into a width: with each mark still below what it points to. Lines of code are
//! cut, and where a mark would be out of sight they begin further right; words are never cut.

use super::text::{Line, Text};

/// How much code is left in sight before a mark.
const BEFORE_A_MARK: usize = 8;

/// The least room for code in which fitting makes sense.
const LEAST: usize = 20;

/// A line beside the compiler's gutter of line numbers.
struct Beside<'a> {
    line: &'a Line,
    /// The text behind the gutter, a letter for each column.
    text: Vec<char>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    /// Marks, and the words for them from this column on.
    Marks {
        words_at: usize,
    },
}

/// A compiler's message in which no line of code, and no mark, goes beyond a width.
pub(crate) fn fitted(message: Text, width: usize) -> Text {
    let mut fitted = Text::default();
    let mut rest = &message.lines[..];
    while let Some(line) = rest.first() {
        let Some(gutter) = gutter(&line.to_string()) else {
            fitted.lines.push(line.clone());
            rest = &rest[1..];
            continue;
        };
        let beside = rest.iter().map_while(|line| Beside::of(line, gutter)).collect::<Vec<_>>();
        rest = &rest[beside.len()..];
        let room = width.saturating_sub(gutter);
        if room < LEAST || beside.iter().all(|line| line.text.len() <= room) {
            fitted.lines.extend(beside.iter().map(|beside| beside.line.clone()));
        } else {
            let from = first_column(&beside, room);
            beside.iter().for_each(|line| line.fit(gutter, from, room, &mut fitted));
        }
    }
    fitted
}

/// How many columns the gutter of a line takes, with the blank behind it: `12 | ` or `   | `, and in a suggestion
/// `12 + ` and the like.
fn gutter(line: &str) -> Option<usize> {
    let numbered = line.trim_start_matches(' ').trim_start_matches(|letter: char| letter.is_ascii_digit());
    let signed = numbered.strip_prefix(' ').or_else(|| (numbered.len() < line.len()).then_some(numbered))?;
    let behind = signed.strip_prefix(['|', '+', '-', '~'])?;
    (behind.is_empty() || behind.starts_with(' ')).then(|| line.len() - behind.len() + 1)
}

/// The column at which the code of a quotation begins, so that its main mark is in sight, with some of its words.
fn first_column(quoted: &[Beside<'_>], room: usize) -> usize {
    let marks = quoted.iter().filter_map(|line| match line.kind {
        Kind::Marks { words_at } if words_at > 0 => Some((line, words_at)),
        _ => None,
    });
    let is_main = |(line, words_at): &(&Beside<'_>, usize)| line.text[..*words_at].contains(&'^');
    let Some((line, words_at)) = marks.clone().find(is_main).or_else(|| marks.clone().next()) else { return 0 };
    let marks = &line.text[..words_at];
    let mark = marks.iter().position(|letter| *letter == '^');
    let mark = mark.or_else(|| marks.iter().position(|letter| *letter != ' ')).unwrap_or(0);
    let wanted = line.text.len().min(words_at + room / 2);
    wanted.saturating_sub(room).min(mark.saturating_sub(BEFORE_A_MARK))
}

impl<'a> Beside<'a> {
    /// A line with such a gutter.
    fn of(line: &'a Line, gutter_of_first: usize) -> Option<Self> {
        const MARKS: &str = " ^-~+_|/";
        let whole = line.to_string();
        gutter(&whole).filter(|gutter| *gutter == gutter_of_first)?;
        let text: Vec<char> = line.columns(gutter_of_first..usize::MAX).by_column();
        let has_number = whole.trim_start().starts_with(|letter: char| letter.is_ascii_digit());
        let words_at = text.iter().position(|letter| !MARKS.contains(*letter)).unwrap_or(text.len());
        Some(Self { line, text, kind: if has_number { Kind::Code } else { Kind::Marks { words_at } } })
    }

    /// Adds it without the columns before `from`, in so much room.
    fn fit(&self, gutter: usize, from: usize, room: usize, fitted: &mut Text) {
        let end = from + room;
        let columns = |range: std::ops::Range<usize>| self.line.columns(gutter + range.start..gutter + range.end);
        let mut row = self.line.columns(0..gutter);
        match self.kind {
            Kind::Code => {
                let is_cut_before = self.text.iter().take(from).any(|letter| *letter != ' ');
                let is_cut_behind = self.text.len() > end;
                if is_cut_before {
                    row.spans.push("…".into());
                }
                row.spans.extend(columns(from + usize::from(is_cut_before)..end - usize::from(is_cut_behind)).spans);
                if is_cut_behind {
                    row.spans.push("…".into());
                }
                fitted.lines.push(row);
            }
            Kind::Marks { words_at } if words_at >= from && self.text.len() <= end => {
                row.spans.extend(columns(from..end).spans);
                fitted.lines.push(row);
            }
            Kind::Marks { words_at } => {
                const INDENT: &str = "  ";
                row.spans.extend(columns(from..words_at.clamp(from, end)).spans);
                fitted.lines.push(row);
                if words_at == self.text.len() {
                    return;
                }
                let mut words = Text::default();
                words.paragraph(INDENT, columns(words_at..self.text.len()), room);
                fitted.lines.extend(words.lines.into_iter().map(|words| {
                    let mut row = self.line.columns(0..gutter);
                    row.spans.extend(words.spans);
                    row
                }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn fit(message: &str, width: usize) -> Vec<String> {
        let lines = message.lines().map(Line::from).collect();
        fitted(Text { lines }, width).lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    const LATE: &str = "\
error[E0277]: cannot multiply `f64` by `{integer}`
  --> exercises/01-loss/src/lib.rs:36:74
   |
36 |     houses.iter().map(|house| squared_error(predict(weight, house.sqft), house.price) * 2).sum()
   |                                                                                       ^ no implementation for `f64 * {integer}`
   |
   = help: the trait `Mul<{integer}>` is not implemented for `f64`, and this line is left as it is";

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(fit(LATE, 200), LATE.lines().collect::<Vec<_>>());
    }

    #[test]
    fn a_mark_stays_below_what_it_points_to() {
        assert_eq!(
            fit(LATE, 60)[2..],
            [
                "   |",
                "36 | …ouse.sqft), house.price) * 2).sum()",
                "   |                           ^",
                "   |   no implementation for `f64 * {integer}`",
                "   |",
                LATE.lines().last().unwrap(),
            ]
        );
    }

    #[test]
    fn a_mark_that_is_too_long_is_seen_where_it_begins() {
        let long = "\
12 |     let total: i32 = houses.iter().map(|house| house.price).sum::<f64>();
   |                ---   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `i32`, found `f64`
   |                |
   |                expected due to this";
        let shown = [
            "12 | … i32 = houses.iter().map(|house| house.pric…",
            "   |   ---   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "   |   expected `i32`, found `f64`",
            "   |   |",
            "   |   expected due to this",
        ];
        assert_eq!(fit(long, 50), shown);
    }

    #[test]
    fn wide_letters_take_two_columns() {
        for blanks in 0..2 {
            let blanks = " ".repeat(blanks);
            let wide = format!("1 | let {blanks}語語語語語語語語語語語語 = x;\n  | {blanks}{:31}^ no such value", "");
            let lines = fit(&wide, 40);
            let before = |line: &str, mark: char| line.split(mark).next().unwrap().width();
            assert_eq!(before(&lines[0], 'x'), before(&lines[1], '^'), "{lines:?}");
            assert!(lines.iter().all(|line| line.width() <= 40), "{lines:?}");
        }
    }

    #[test]
    fn only_what_looks_like_a_gutter_is_one() {
        for (line, columns) in [
            ("12 | let x;", Some(5)),
            ("   |", Some(5)),
            ("12 ~     x", Some(5)),
            ("12 +", Some(5)),
            ("  --> src/lib.rs:3:4", None),
            ("   = note: so", None),
            ("error: | no", None),
            ("...", None),
            ("", None),
        ] {
            assert_eq!(gutter(line), columns, "{line}");
        }
    }
}
