//! What becomes of a student's file when the course has changed the stub that it was begun from: the student's code in
//! the new stub.
//!
//! The earlier stubs are kept, so each part of the file (the comment of an item, its declaration, its body) is either
//! a part of an earlier stub, and the new one takes its place, or the student's own, and stays. A file has fallen
//! behind exactly if this changes it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::items::{Body, Import, Item, Key, Source, signature};
use super::{Step, read, with_unix_lines};
use crate::{Result, filled};

/// What a new stub makes of a student's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Nothing: it has all that has changed.
    Nothing,
    /// It is an earlier stub, so the new one replaces it.
    Untouched {
        /// The new stub.
        stub: String,
    },
    /// It has the student's code, which goes into the new stub.
    Merged {
        /// The text.
        text: String,
        /// What the student should look at.
        remarks: Vec<Remark>,
    },
    /// It cannot be told, because the brackets in the file do not fit together.
    Unreadable,
}

/// Whether an exercise is still what a student began from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exercise {
    /// It is, or the student's file has what has changed.
    AsBegun,
    /// The course has changed the stub, and the student's file does not have that yet.
    Changed,
}

/// Something that a student should look at after an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A function is new, and to be written.
    New(String),
    /// A function has another declaration, with the student's body in it.
    Declared {
        /// The function.
        function: String,
        /// The new declaration.
        now: String,
        /// The student's.
        before: String,
    },
    /// Something of the student's is no longer part of the exercise, and stays in the file.
    Gone(String),
    /// The course has changed or removed what the student has changed, too, and both cannot be in the file. The
    /// student's is in a comment at the end.
    InComment(String),
}

impl Step {
    /// The folder of the stubs that the step had before, relative to the course. Students' copies have it.
    pub fn earlier_stubs(&self) -> PathBuf {
        self.snapshots().join("earlier-stubs")
    }

    /// The texts of the stubs that the step had before, from the oldest; none if there is no folder of them.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn read_earlier_stubs(&self, root: &Path) -> Result<Vec<String>> {
        stubs_in(root, &self.earlier_stubs())
    }

    /// What a change of the stub makes of the student's file.
    ///
    /// # Errors
    /// If a stub is missing or cannot be read.
    pub fn update(&self, root: &Path) -> Result<Update> {
        let earlier = self.read_earlier_stubs(root)?;
        if earlier.is_empty() || !root.join(self.source()).is_file() {
            return Ok(Update::Nothing);
        }
        Ok(updated(&self.read_source(root), &self.read_stub(root)?, &earlier))
    }

    /// Whether the exercise is still what the student began from, as far as the files say so.
    pub fn exercise(&self, root: &Path) -> Exercise {
        match self.update(root) {
            Ok(Update::Untouched { .. } | Update::Merged { .. }) => Exercise::Changed,
            // What is wrong with a file is found where it is needed.
            Ok(Update::Nothing | Update::Unreadable) | Err(_) => Exercise::AsBegun,
        }
    }
}

/// The stubs in a folder, by their numbers.
fn stubs_in(root: &Path, folder: &Path) -> Result<Vec<String>> {
    if !root.join(folder).is_dir() {
        return Ok(Vec::new());
    }
    let mut numbered: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir(root.join(folder))? {
        let path = folder.join(entry?.file_name());
        let number = path.file_stem().and_then(|number| number.to_str()?.parse().ok());
        numbered.extend(number.filter(|_| path.extension().is_some_and(|kind| kind == "rs")).zip(Some(path)));
    }
    numbered.sort();
    numbered.iter().map(|(_, path)| read(root, path)).collect()
}

/// The functions that a stub leaves to write, by their names; none if its brackets do not fit together.
pub fn functions_to_write(stub: &str) -> BTreeSet<String> {
    filled(Source::of(stub).iter().flat_map(|stub| &stub.items).flat_map(to_write))
}

/// What a new stub makes of a file that was begun from an earlier one.
fn updated(own: &str, stub: &str, earlier: &[String]) -> Update {
    let stub = with_unix_lines(stub.to_owned());
    if squeezed(own) == squeezed(&stub) {
        return Update::Nothing;
    }
    if earlier.iter().any(|earlier| squeezed(earlier) == squeezed(own)) {
        return Update::Untouched { stub };
    }
    let earlier: Vec<Source> = earlier.iter().filter_map(|text| Source::of(&with_unix_lines(text.clone()))).collect();
    let (Some(source), Some(new)) = (Source::of(own), Source::of(&stub)) else { return Update::Unreadable };
    let mut merge = Merge::of(&new, &earlier);
    let text = merge.file(source, &new, &earlier);
    if text == own { Update::Nothing } else { Update::Merged { text, remarks: merge.remarks } }
}

/// An update under way.
struct Merge {
    /// The lines of all stubs.
    known: BTreeSet<String>,
    remarks: Vec<Remark>,
    /// What is to be a comment at the end.
    at_the_end: String,
    /// Untouched items that the exercise no longer has. They stay only if the student's code uses them.
    left: Vec<Item>,
}

/// What to do with a part that both the student and the course may have changed.
enum Settled {
    Own,
    New,
    /// The new one, and these lines of the student's.
    Both(Vec<String>),
}

impl Merge {
    fn of(new: &Source, earlier: &[Source]) -> Self {
        let known = earlier.iter().chain([new]).flat_map(|stub| lines(&stub.text())).collect();
        Self { known, remarks: Vec::new(), at_the_end: String::new(), left: Vec::new() }
    }

    fn file(&mut self, own: Source, new: &Source, earlier: &[Source]) -> String {
        let heads: Vec<&str> = earlier.iter().map(|stub| stub.head.as_str()).collect();
        let head = match settled(&own.head, &new.head, &heads) {
            Settled::Own => own.head,
            Settled::New => new.head.clone(),
            Settled::Both(extra) => {
                let is_of_file =
                    |line: &str| line.starts_with("//") || (line.starts_with("#![") && line.ends_with(']'));
                new.head.clone() + &extra.iter().map(|line| as_line(line, is_of_file) + "\n").collect::<String>()
            }
        };
        let lists: Vec<&[Item]> = earlier.iter().map(|stub| &stub.items[..]).collect();
        let items = self.items(own.items, &new.items, &lists, Place::Top);
        let mut source = Source { head, items, tail: own.tail };
        self.drop_what_nothing_uses(&mut source);
        self.imports(&mut source, new, earlier);
        if !self.at_the_end.is_empty() {
            let gap = if source.text().ends_with('\n') { "" } else { "\n" };
            source.tail += &format!("{gap}{}", self.at_the_end);
        }
        source.text()
    }

    /// The student's items, those of the exercise as they are now.
    fn items(&mut self, own: Vec<Item>, new: &[Item], earlier: &[&[Item]], place: Place) -> Vec<Item> {
        let mut kept: Vec<Item> = Vec::new();
        // Comments of the student's before an item that goes.
        let mut comments = String::new();
        for mut item in in_places_of(own, new, earlier) {
            let known: Vec<&Item> = earlier.iter().filter_map(|items| find(items, &item.key)).collect();
            let is_import = item.key == Key::Use;
            item = match find(new, &item.key).filter(|_| !is_import) {
                Some(new) => self.item(item, new, &known),
                None if known.is_empty() || is_import => item,
                None => {
                    let is_untouched = known.iter().any(|known| is_same_but_for_lead(known, &item));
                    if place == Place::OfTrait {
                        // The trait no longer has it, so it cannot stay.
                        comments += &self.own_lines(&item.lead);
                        if !is_untouched {
                            self.put_at_the_end(&item.text());
                            self.remarks.push(Remark::InComment(item.name()));
                        }
                        continue;
                    }
                    item.lead = std::mem::take(&mut comments) + &item.lead;
                    if is_untouched {
                        self.left.push(item.clone());
                    } else {
                        self.remarks.push(Remark::Gone(item.name()));
                    }
                    item
                }
            };
            item.lead = std::mem::take(&mut comments) + &item.lead;
            kept.push(item);
        }
        self.at_the_end += &comments;
        for (at, item) in new.iter().enumerate().filter(|(_, item)| item.key != Key::Use) {
            let was_always_there = earlier.iter().all(|items| find(items, &item.key).is_some());
            if was_always_there || find(&kept, &item.key).is_some() {
                continue;
            }
            self.remarks.extend(to_write(item).into_iter().map(Remark::New));
            let before = new[..at].iter().rev().find_map(|before| kept.iter().position(|kept| kept.key == before.key));
            let place = before.map_or_else(|| kept.iter().take_while(|item| item.key == Key::Use).count(), |at| at + 1);
            insert(&mut kept, place, item.clone());
        }
        kept
    }

    /// An item of the student's that is part of the exercise.
    fn item(&mut self, own: Item, new: &Item, known: &[&Item]) -> Item {
        let lead = self.lead(&own.lead, &new.lead, &known.iter().map(|item| item.lead.as_str()).collect::<Vec<_>>());
        let (declaration, body) = match (own.body, &new.body) {
            (Body::Members { opening, items, closing }, Body::Members { items: new_items, .. }) => {
                let members = known.iter().filter_map(|item| match &item.body {
                    Body::Members { items, .. } => Some(&items[..]),
                    _ => None,
                });
                let of_trait = matches!(&new.key, Key::Methods { of_trait: Some(_), .. });
                let place = if of_trait { Place::OfTrait } else { Place::OfType };
                let items = self.items(items, new_items, &members.collect::<Vec<_>>(), place);
                let declaration =
                    if is_stale(&own.declaration, new, known) { new.declaration.clone() } else { own.declaration };
                (declaration, Body::Members { opening, items, closing })
            }
            (own_body @ Body::Code(_), Body::Code(_)) => self.function((own.declaration, own_body), new, known),
            (own_body, _) => {
                let whole = own.declaration.clone() + &own_body.text();
                let wholes: Vec<String> = known.iter().map(|item| item.code()).collect();
                match settled(&whole, &new.code(), &wholes.iter().map(String::as_str).collect::<Vec<_>>()) {
                    Settled::Own => (own.declaration, own_body),
                    Settled::New => (new.declaration.clone(), new.body.clone()),
                    Settled::Both(_) => {
                        self.put_at_the_end(&whole);
                        self.remarks.push(Remark::InComment(new.name()));
                        (new.declaration.clone(), new.body.clone())
                    }
                }
            }
        };
        Item { key: own.key, lead, declaration, body }
    }

    /// A function: its declaration is the exercise's, and its body the student's.
    fn function(&mut self, own: (String, Body), new: &Item, known: &[&Item]) -> (String, Body) {
        let (declaration, body) = own;
        let text = squeezed(&body.text());
        let is_of_a_stub = known.iter().chain([&new]).any(|item| squeezed(&item.body.text()) == text);
        let has_changed = is_stale(&declaration, new, known);
        // With only other names for the same types, the student's code goes on to work as it is.
        let fits = shape(&declaration) == shape(&new.declaration);
        match (is_of_a_stub, has_changed) {
            (true, _) => {
                let declaration = if has_changed { new.declaration.clone() } else { declaration };
                (declaration, new.body.clone())
            }
            (false, true) if !fits => {
                let [now, before] = [&new.declaration, &declaration].map(|text| signature(text));
                self.remarks.push(Remark::Declared { function: new.name(), now, before });
                (new.declaration.clone(), body)
            }
            (false, _) => (declaration, body),
        }
    }

    /// What is before an item: the exercise's comments, with lines that the student has added.
    fn lead(&self, own: &str, new: &str, known: &[&str]) -> String {
        let extra = match settled(own, new, known) {
            Settled::Own => return own.to_owned(),
            Settled::New => return new.to_owned(),
            Settled::Both(extra) => extra,
        };
        let (above, indent) = new.rsplit_once('\n').map_or(("", new), |(above, indent)| (above, indent));
        let mut lines: Vec<String> = above.lines().map(str::to_owned).collect();
        for line in extra {
            let attribute =
                |line: &str| line.trim().strip_prefix("#[")?.split(['(', ']', ' ', '=']).next().map(str::to_owned);
            let replaced =
                attribute(&line).and_then(|own| lines.iter().position(|line| attribute(line).as_ref() == Some(&own)));
            let line = format!(
                "{indent}{}",
                as_line(&line, |line| line.starts_with("//") || (line.starts_with("#[") && line.ends_with(']')))
            );
            match replaced {
                Some(at) => lines[at] = line,
                None => lines.push(line),
            }
        }
        lines.iter().map(|line| format!("{line}\n")).collect::<String>() + indent
    }

    /// Brings the imports of the exercise, and takes those away that it no longer has and nothing uses.
    fn imports(&self, source: &mut Source, new: &Source, earlier: &[Source]) {
        let imports = |source: &Source| -> Vec<Import> { imports_of(&source.items).collect() };
        let (wanted, known): (Vec<Import>, Vec<Vec<Import>>) = (imports(new), earlier.iter().map(imports).collect());
        let has = |list: &[Import], import: &Import| {
            list.iter().any(|other| other.path == import.path && other.name == import.name)
        };
        let used: BTreeSet<String> = {
            let items = source.items.iter().filter(|item| item.key != Key::Use).cloned().collect();
            Source { head: String::new(), items, tail: String::new() }.words()
        };
        let is_declared = |name: &str| {
            new.items.iter().any(|item| item.name() == name) || wanted.iter().any(|import| import.name == name)
        };
        let stays = |import: &Import| {
            let is_of_stub = known.iter().any(|known| has(known, import));
            has(&wanted, import) || !is_of_stub || (used.contains(&import.name) && !is_declared(&import.name))
        };
        let mut kept: Vec<Item> = Vec::new();
        let mut comments = String::new();
        for mut item in std::mem::take(&mut source.items) {
            let names = if item.key == Key::Use { item.imports() } else { Vec::new() };
            if !names.iter().all(&stays) {
                let mut left = names.iter().filter(|import| stays(import)).map(Import::item).peekable();
                match left.peek() {
                    None => comments += &self.own_lines(&item.lead),
                    Some(_) => {
                        let mut left: Vec<Item> = left.collect();
                        left[0].lead = std::mem::take(&mut comments) + &item.lead;
                        kept.extend(left);
                    }
                }
                continue;
            }
            item.lead = std::mem::take(&mut comments) + &item.lead;
            kept.push(item);
        }
        source.tail = comments + &source.tail;
        let mut have: Vec<Import> = imports_of(&kept).collect();
        for item in new.items.iter().filter(|item| item.key == Key::Use) {
            let names = item.imports();
            let is_missing = |import: &&Import| {
                !has(&have, import)
                    && !known.iter().all(|known| has(known, import))
                    && have.iter().all(|other| other.name != import.name || import.name == "*")
            };
            let missing: Vec<Import> = names.iter().filter(is_missing).cloned().collect();
            let place = kept.iter().rposition(|item| item.key == Key::Use).map_or(0, |at| at + 1);
            let added = if missing.len() == names.len() {
                vec![item.clone()]
            } else {
                missing.iter().map(Import::item).collect()
            };
            if !missing.is_empty() {
                added.into_iter().rev().for_each(|item| insert(&mut kept, place, item));
            }
            have.extend(missing);
        }
        source.items = kept;
    }

    /// Takes the untouched items out that the exercise no longer has, but for those that something else uses.
    fn drop_what_nothing_uses(&mut self, source: &mut Source) {
        let mut unused = std::mem::take(&mut self.left);
        loop {
            let (items, comments) = self.without(&unused, &source.items);
            let rest = Source { head: String::new(), items, tail: comments + &source.tail };
            let words = rest.words();
            let is_used = |item: &Item| match &item.key {
                Key::Value(name) | Key::Type(name) | Key::Module(name) | Key::Macro(name) => words.contains(name),
                Key::Methods { owner, .. } => words.contains(owner),
                Key::Use | Key::Other(_) => true,
            };
            match unused.iter().position(is_used) {
                Some(used) => drop(unused.remove(used)),
                None => {
                    (source.items, source.tail) = (rest.items, rest.tail);
                    return;
                }
            }
        }
    }

    /// The items without some, whose comments by the student come before the next one or are returned.
    fn without(&self, gone: &[Item], items: &[Item]) -> (Vec<Item>, String) {
        let (mut kept, mut comments) = (Vec::new(), String::new());
        for item in items {
            if gone.contains(item) {
                comments += &self.own_lines(&item.lead);
                continue;
            }
            let mut item = item.clone();
            item.lead = std::mem::take(&mut comments) + &item.lead;
            if let Body::Members { items, closing, .. } = &mut item.body {
                let (members, comments) = self.without(gone, items);
                (*items, *closing) = (members, comments + closing);
            }
            kept.push(item);
        }
        (kept, comments)
    }

    /// The lines of a lead that are in no stub.
    fn own_lines(&self, lead: &str) -> String {
        let own = lead.lines().filter(|line| !line.trim().is_empty() && !self.known.contains(line.trim()));
        // Without their item, a doc comment or an attribute would belong to another one.
        own.map(|line| as_line(line.trim().trim_start_matches('/').trim(), |_| false) + "\n").collect()
    }

    fn put_at_the_end(&mut self, text: &str) {
        let lines: String = text.trim().lines().map(|line| format!("// {line}").trim_end().to_owned() + "\n").collect();
        self.at_the_end += &format!("\n// Yours, before the exercise changed:\n{lines}");
    }
}

/// Where items are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    OfType,
    OfTrait,
}

/// Which of two versions of a part holds, given the versions of earlier stubs.
fn settled(own: &str, new: &str, known: &[&str]) -> Settled {
    let [own, new] = [own, new].map(lines);
    let known: Vec<Vec<String>> = known.iter().map(|text| lines(text)).collect();
    let is_known = |line: &String| new.contains(line) || known.iter().any(|known| known.contains(line));
    let (of_stubs, extra): (Vec<String>, Vec<String>) = own.into_iter().partition(is_known);
    if of_stubs == new {
        return Settled::Own;
    }
    let is_stale = known.contains(&of_stubs) || of_stubs.iter().any(|line| !new.contains(line));
    match (is_stale && !known.is_empty(), extra.is_empty()) {
        (false, _) => Settled::Own,
        (true, true) => Settled::New,
        (true, false) => Settled::Both(extra),
    }
}

/// Whether the exercise has another declaration now, and the student has not taken it over.
fn is_stale(own: &str, new: &Item, known: &[&Item]) -> bool {
    let (own, now) = (signature(own), new.signature());
    let has_changed = known.iter().any(|item| item.signature() != now);
    own != now && has_changed && (known.iter().any(|item| item.signature() == own) || shape(&own) != shape(&now))
}

/// A declaration without the names of the parameters, so that two of the same shape take the same bodies but for names.
fn shape(declaration: &str) -> String {
    let signature = signature(declaration).replace("mut ", "");
    let mut shape = String::new();
    let mut word = String::new();
    let mut letters = signature.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // A name before a single colon; `::` is part of a path.
            ':' if letters.peek() != Some(&':') && !shape.ends_with(':') => {
                word.clear();
                shape.push(':');
            }
            letter if letter.is_alphanumeric() || letter == '_' => word.push(letter),
            letter => {
                shape.push_str(&std::mem::take(&mut word));
                if !letter.is_whitespace() {
                    shape.push(letter);
                }
            }
        }
    }
    shape + &word
}

/// Whether an item is as a stub has it, whatever is before it.
fn is_same_but_for_lead(known: &Item, own: &Item) -> bool {
    squeezed(&known.code()) == squeezed(&own.code())
}

/// The student's items, in which each block of methods has the place of the one in the stubs that it has most methods
/// of. The student may have written a block before it.
fn in_places_of(mut own: Vec<Item>, new: &[Item], earlier: &[&[Item]]) -> Vec<Item> {
    let methods = |item: &Item| match (&item.key, &item.body) {
        (Key::Methods { owner, of_trait, .. }, Body::Members { items, .. }) => {
            let names: BTreeSet<String> = filled(items.iter().map(Item::name));
            Some(((owner.clone(), of_trait.clone()), names))
        }
        _ => None,
    };
    let mut stubs: Vec<&Item> = Vec::new();
    for item in new.iter().chain(earlier.iter().copied().flatten()).filter(|item| methods(item).is_some()) {
        if stubs.iter().all(|stub| stub.key != item.key) {
            stubs.push(item);
        }
    }
    let mut left: Vec<usize> = (0..own.len()).filter(|at| methods(&own[*at]).is_some()).collect();
    for stub in &stubs {
        let common = |at: usize| {
            let ((of, names), (own_of, own_names)) = methods(stub).zip(methods(&own[at]))?;
            (of == own_of).then(|| names.intersection(&own_names).count())
        };
        // Of several with as many, the first.
        let best = left.iter().copied().filter(|at| common(*at).is_some()).rev().max_by_key(|at| common(*at));
        if let Some(best) = best {
            own[best].key = stub.key.clone();
            left.retain(|at| *at != best);
        }
    }
    for at in left {
        if let Key::Methods { place, .. } = &mut own[at].key {
            *place += stubs.len();
        }
    }
    own
}

/// The functions to write in an item.
fn to_write(item: &Item) -> Vec<String> {
    match &item.body {
        Body::Code(text) if text.contains("todo!(") => vec![item.name()],
        Body::Members { items, .. } => items.iter().flat_map(to_write).collect(),
        _ => Vec::new(),
    }
}

fn imports_of(items: &[Item]) -> impl Iterator<Item = Import> {
    items.iter().filter(|item| item.key == Key::Use).flat_map(Item::imports)
}

fn find<'a>(items: &'a [Item], key: &Key) -> Option<&'a Item> {
    items.iter().find(|item| item.key == *key)
}

/// Puts an item among others, on a line of its own.
fn insert(items: &mut Vec<Item>, place: usize, mut item: Item) {
    if let Some(before) = place.checked_sub(1).and_then(|before| items.get(before))
        && !before.text().ends_with('\n')
    {
        item.lead.insert(0, '\n');
    }
    items.insert(place, item);
}

/// The lines of a text that say something.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// A line as it can stand before an item: as it is, or as a comment.
fn as_line(line: &str, can_stand: impl Fn(&str) -> bool) -> String {
    if can_stand(line) { line.to_owned() } else { format!("// {line}") }
}

/// A text without its blanks, which a formatter may set in other ways.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
