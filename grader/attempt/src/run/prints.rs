//! What programs print, read while they run. Of each case, the beginning and the end are kept.

use std::io::{PipeReader, Read};

use crate::Printed;

/// What a program printed, case by case.
#[derive(Debug, Default)]
pub struct Prints {
    cases: Vec<Printed>,
}

impl Prints {
    /// Reads the prints of one case to their end.
    pub fn of_one(mut pipe: PipeReader, keep: usize) -> Self {
        let mut kept = PrintBuffer::new(keep);
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            kept.add(&buffer[..count]);
        }
        Self { cases: vec![kept.printed()] }
    }

    /// Reads prints to their end. A separator is between those of two cases.
    pub(super) fn read(mut pipe: PipeReader, separator: &str, keep: usize) -> Self {
        let separator = separator.as_bytes();
        let mut prints = Self::default();
        let mut kept = PrintBuffer::new(keep);
        let mut pending: Vec<u8> = Vec::new();
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            pending.extend_from_slice(&buffer[..count]);
            while let Some(at) = position_of(separator, &pending) {
                kept.add(&pending[..at]);
                pending.drain(..at + separator.len());
                prints.cases.push(std::mem::replace(&mut kept, PrintBuffer::new(keep)).printed());
            }
            // A separator may have begun.
            let sure = pending.len().saturating_sub(separator.len() - 1);
            kept.add(&pending[..sure]);
            pending.drain(..sure);
        }
        kept.add(&pending);
        prints.cases.push(kept.printed());
        prints
    }

    /// Takes what a case printed.
    pub fn take(&mut self, case: usize) -> Printed {
        self.cases.get_mut(case).map(std::mem::take).unwrap_or_default()
    }
}

/// Where one text is in another. The first byte is searched for in the standard library's fast way, because code that
/// never stops printing prints gigabytes.
pub(super) fn position_of(wanted: &[u8], text: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    if !text.contains(first) {
        return None;
    }
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// The beginning and the end of what is printed.
pub(super) struct PrintBuffer {
    most: usize,
    beginning: Vec<u8>,
    end: Vec<u8>,
    bytes: u64,
}

impl PrintBuffer {
    fn new(most: usize) -> Self {
        Self { most, beginning: Vec::new(), end: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.most - self.beginning.len()));
        self.beginning.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.most)..];
        let over = (self.end.len() + rest.len()).saturating_sub(self.most);
        self.end.drain(..over);
        self.end.extend_from_slice(rest);
    }

    fn printed(self) -> Printed {
        Printed {
            text: String::from_utf8_lossy(&self.beginning).into_owned(),
            end: String::from_utf8_lossy(&self.end).into_owned(),
            bytes: self.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::*;

    fn prints(text: &[u8], keep: usize) -> Prints {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(text).unwrap();
        drop(writer);
        Prints::read(reader, "\0next\0", keep)
    }

    #[test]
    fn prints_are_told_apart_by_case() {
        let mut prints = prints(b"one\0next\0\0next\0thr\0ee", 100);
        assert_eq!(prints.take(0).text, "one");
        assert_eq!(prints.take(1), Printed::default());
        assert_eq!(prints.take(2).text, "thr\0ee");
        assert_eq!(prints.take(3), Printed::default());
    }

    #[test]
    fn of_long_prints_the_beginning_and_the_end_are_kept() {
        let printed = prints(b"0123456789abcdefghij", 4).take(0);
        assert_eq!(printed, Printed { text: "0123".to_owned(), end: "ghij".to_owned(), bytes: 20 });
        let printed = prints(b"01234567", 4).take(0);
        assert_eq!((printed.text.as_str(), printed.end.as_str()), ("0123", "4567"));
    }
}
