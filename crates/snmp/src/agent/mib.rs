//! Managed objects in the order of their names, as a request walks through them (RFC 3416 §4.2). Pure.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::Value;
use crate::agent::access::View;

/// Objects with their values, in order.
pub trait Mib {
    /// The value of exactly this object.
    fn get(&self, name: &[u32]) -> Option<&Value<'static>>;

    /// The first object behind this name.
    fn next(&self, name: &[u32]) -> Option<(&[u32], &Value<'static>)>;

    /// Whether there is any object below this name.
    fn has_below(&self, name: &[u32]) -> bool {
        self.get(name).is_some() || self.next(name).is_some_and(|(next, _)| next.starts_with(name))
    }
}

/// Objects in memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Objects(BTreeMap<Vec<u32>, Value<'static>>);

impl Objects {
    /// Adds an object, or gives it another value.
    pub fn insert(&mut self, name: Vec<u32>, value: Value<'static>) {
        self.0.insert(name, value);
    }

    /// Takes out everything at and below this name.
    pub fn remove_below(&mut self, root: &[u32]) {
        self.0.retain(|name, _| !name.starts_with(root));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], &Value<'static>)> {
        self.0.iter().map(|(name, value)| (name.as_slice(), value))
    }
}

impl Mib for Objects {
    fn get(&self, name: &[u32]) -> Option<&Value<'static>> {
        self.0.get(name)
    }

    fn next(&self, name: &[u32]) -> Option<(&[u32], &Value<'static>)> {
        let behind = (Bound::Excluded(name), Bound::Unbounded);
        self.0.range::<[u32], _>(behind).next().map(|(name, value)| (name.as_slice(), value))
    }
}

/// The part of a MIB that a view shows.
#[derive(Debug)]
pub struct Viewed<'a, M> {
    mib: &'a M,
    view: &'a View,
}

impl<'a, M: Mib> Viewed<'a, M> {
    /// What `view` shows of `mib`.
    pub const fn new(mib: &'a M, view: &'a View) -> Self {
        Self { mib, view }
    }
}

impl<M: Mib> Mib for Viewed<'_, M> {
    fn get(&self, name: &[u32]) -> Option<&Value<'static>> {
        self.mib.get(name).filter(|_| self.view.includes(name))
    }

    fn next(&self, name: &[u32]) -> Option<(&[u32], &Value<'static>)> {
        let mut at = self.mib.next(name)?;
        while !self.view.includes(at.0) {
            at = self.mib.next(at.0)?;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects() -> Objects {
        let mut objects = Objects::default();
        for name in [[1, 3, 1, 0], [1, 3, 2, 0], [1, 3, 2, 1], [1, 4, 1, 0]] {
            objects.insert(name.to_vec(), Value::Integer(i64::from(name[2])));
        }
        objects
    }

    #[test]
    fn the_next_object_is_never_the_one_asked() {
        let objects = objects();
        let mut walked = Vec::new();
        let mut at: &[u32] = &[1];
        while let Some((name, _)) = objects.next(at) {
            walked.push(name.to_vec());
            at = name;
        }
        assert_eq!(walked, objects.iter().map(|(name, _)| name.to_vec()).collect::<Vec<_>>());
        assert!(objects.has_below(&[1, 3, 2]) && objects.has_below(&[1, 3, 2, 1]) && !objects.has_below(&[1, 3, 3]));
    }

    #[test]
    fn a_view_hides_what_is_not_in_it() {
        let (objects, view) = (objects(), View::of([vec![1, 3, 1], vec![1, 4]]));
        let seen = Viewed::new(&objects, &view);
        assert_eq!(seen.next(&[1, 3, 1, 0]).map(|(name, _)| name.to_vec()), Some(vec![1, 4, 1, 0]));
        assert_eq!((seen.get(&[1, 3, 2, 0]), seen.next(&[1, 4, 1, 0])), (None, None));
    }
}
