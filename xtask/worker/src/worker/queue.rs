//! What is to be graded, and in which order: what was saved last comes first.

use std::collections::{BTreeMap, BTreeSet};

/// What is to be graded.
#[derive(Default)]
pub(super) struct Queue {
    /// To grade first; the flag says whether to ignore remembered results.
    pub(super) now: BTreeMap<String, bool>,
    /// Whether files have changed since it was last looked which attempts hold. The steps are those that files belong to
    /// that are not always read.
    pub(super) touched: Option<BTreeSet<String>>,
    /// To grade when there is time.
    pub(super) later: BTreeSet<String>,
    /// To grade with the next order, because the course could not be read.
    pub(super) waiting: BTreeSet<String>,
    pub(super) at_work: bool,
    pub(super) shift: Shift,
}

/// Whether the thread may begin another grade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shift {
    #[default]
    On,
    /// Not until it is resumed.
    Paused,
    /// Never again.
    Over,
}

/// What the thread does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    /// Grades.
    Grade(Order),
    /// Looks which attempts no longer hold. Files of these steps have changed.
    Look(BTreeSet<String>),
}

/// What is graded in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) folders: Vec<String>,
    pub(super) fresh: bool,
    pub(super) urgent: bool,
}

impl Queue {
    /// The next task.
    pub(super) fn take(&mut self) -> Option<Task> {
        let urgent = !self.now.is_empty();
        if self.shift != Shift::On {
            return None;
        }
        if !urgent && let Some(touched) = self.touched.take() {
            return Some(Task::Look(touched));
        }
        if !urgent && self.later.is_empty() {
            return None;
        }
        let mut order = Order { folders: Vec::new(), fresh: self.now.values().any(|fresh| *fresh), urgent };
        if urgent {
            order.folders.extend(std::mem::take(&mut self.now).into_keys());
        } else {
            order.folders.extend(std::mem::take(&mut self.later));
        }
        self.waiting.retain(|folder| !order.folders.contains(folder));
        order.folders.extend(std::mem::take(&mut self.waiting));
        Some(Task::Grade(order))
    }

    /// Whether a step is to be graded.
    pub(super) fn is_due(&self, folder: &str) -> bool {
        self.now.contains_key(folder) || self.later.contains(folder)
    }

    /// Takes back what was not done.
    pub(super) fn put_back(&mut self, order: Order) {
        for folder in order.folders {
            if order.urgent {
                *self.now.entry(folder).or_default() |= order.fresh;
            } else if !self.now.contains_key(&folder) {
                self.later.insert(folder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(folders: &[&str], fresh: bool, urgent: bool) -> Order {
        Order { folders: folders.iter().map(|folder| (*folder).to_owned()).collect(), fresh, urgent }
    }

    fn grade(folders: &[&str], fresh: bool, urgent: bool) -> Option<Task> {
        Some(Task::Grade(order(folders, fresh, urgent)))
    }

    #[test]
    fn what_was_saved_goes_before_what_has_time() {
        let mut queue = Queue::default();
        queue.later.extend(["a", "b"].map(str::to_owned));
        queue.now.insert("c".to_owned(), true);
        queue.touched = Some(BTreeSet::from(["b".to_owned()]));
        assert_eq!(queue.take(), grade(&["c"], true, true));
        assert_eq!(queue.take(), Some(Task::Look(BTreeSet::from(["b".to_owned()]))));
        assert_eq!(queue.take(), grade(&["a", "b"], false, false));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn an_interrupted_order_comes_back_and_what_was_saved_meanwhile_is_not_done_twice() {
        let mut queue = Queue::default();
        queue.now.insert("a".to_owned(), false);
        queue.put_back(order(&["a", "b"], false, false));
        assert_eq!(queue.take(), grade(&["a"], false, true));
        queue.put_back(order(&["a"], true, true));
        assert_eq!(queue.take(), grade(&["a"], true, true));
        assert_eq!(queue.take(), grade(&["b"], false, false));
    }

    #[test]
    fn what_waits_for_the_course_goes_with_the_next_order() {
        let mut queue = Queue::default();
        queue.waiting.extend(["a", "b"].map(str::to_owned));
        assert_eq!(queue.take(), None);
        queue.now.insert("b".to_owned(), false);
        assert_eq!(queue.take(), grade(&["b", "a"], false, true));
        assert_eq!(queue.take(), None);
    }
}
