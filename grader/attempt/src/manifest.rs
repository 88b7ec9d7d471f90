//! Parts of a `Cargo.toml` as it is written, with their positions.

use std::ops::Range;
use std::path::Path;

use course::{Result, malformed};
use toml::de::DeTable;

/// A manifest with this text.
///
/// # Errors
/// If it is not TOML.
pub(crate) fn manifest<'a>(path: &Path, text: &'a str) -> Result<DeTable<'a>> {
    let manifest = DeTable::parse(text).map_err(|error| malformed(path, text, &error))?;
    Ok(manifest.into_inner())
}

/// A table in another one.
pub(crate) fn table_in<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeTable<'a>> {
    table.get(key)?.get_ref().as_table()
}

/// All tables in another one.
pub(crate) fn tables_in<'a>(table: Option<&'a DeTable<'a>>) -> impl Iterator<Item = &'a DeTable<'a>> {
    table.into_iter().flat_map(DeTable::values).filter_map(|value| value.get_ref().as_table())
}

/// A text in a table, and its position.
pub(crate) fn text_in<'a>(table: &'a DeTable<'_>, key: &str) -> Option<(Range<usize>, &'a str)> {
    let value = table.get(key)?;
    Some((value.span(), value.get_ref().as_str()?))
}
