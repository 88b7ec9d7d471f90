//! Maps and sets, filled one entry after the other.

/// Fills a map or a set. `collect` sorts the entries first, and an unoptimised build compiles that sort anew for each
/// kind of entry and of iterator.
pub fn filled<C: Default + Extend<T>, T>(entries: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(entries);
    all
}
