//! Managed objects in the order of their names, as a request walks through them (RFC 3416 §4.2). Pure.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::agent::access::View;
use crate::{Bindings, Oid, Value};

/// The value of an object, and the variable binding of both as it is encoded, so that it is encoded once.
#[derive(Debug, Clone)]
pub struct Object {
    value: Value<'static>,
    binding: Bindings<'static>,
}

impl Object {
    /// The object of this name.
    #[must_use]
    pub fn new(name: &[u32], value: Value<'static>) -> Self {
        let mut binding = Bindings::default();
        binding.push(name, &value);
        Self { value, binding }
    }

    /// Its value.
    #[must_use]
    pub const fn value(&self) -> &Value<'static> {
        &self.value
    }

    /// Its name and value as a binding of an answer.
    #[must_use]
    pub const fn binding(&self) -> &Bindings<'static> {
        &self.binding
    }
}

/// Objects in the order of their identifiers, as GETNEXT needs them.
pub trait Mib {
    /// The object of exactly this name.
    fn get(&self, name: &[u32]) -> Option<&Object>;

    /// The first object behind this name.
    fn next(&self, name: &[u32]) -> Option<(&[u32], &Object)>;

    /// All objects behind this name.
    fn behind<'a>(&'a self, name: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Object)> {
        std::iter::successors(self.next(name), |(name, _)| self.next(name))
    }

    /// Whether there is any object at or below this name.
    fn has_below(&self, name: &[u32]) -> bool {
        self.get(name).is_some() || self.next(name).is_some_and(|(next, _)| next.starts_with(name))
    }
}

/// A MIB that lies in memory.
#[derive(Debug, Clone, Default)]
pub struct Objects(BTreeMap<Oid, Object>);

impl Objects {
    /// Adds an object, or gives it another value.
    pub fn insert(&mut self, name: &[u32], value: Value<'static>) {
        self.0.insert(Oid::new(name), Object::new(name, value));
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
}

impl Mib for Objects {
    fn get(&self, name: &[u32]) -> Option<&Object> {
        self.0.get(name)
    }

    fn next(&self, name: &[u32]) -> Option<(&[u32], &Object)> {
        self.behind(name).next()
    }

    fn behind<'a>(&'a self, name: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Object)> {
        let behind = (Bound::Excluded(name), Bound::Unbounded);
        self.0.range::<[u32], _>(behind).map(|(name, object)| (&**name, object))
    }
}

/// The part of a MIB that a view shows.
#[derive(Debug)]
pub struct Viewed<'v, M> {
    mib: &'v M,
    view: &'v View,
}

impl<'v, M: Mib> Viewed<'v, M> {
    /// What `view` shows of `mib`.
    pub const fn new(mib: &'v M, view: &'v View) -> Self {
        Self { mib, view }
    }
}

impl<M: Mib> Mib for Viewed<'_, M> {
    fn get(&self, name: &[u32]) -> Option<&Object> {
        self.mib.get(name).filter(|_| self.view.includes(name))
    }

    fn next(&self, name: &[u32]) -> Option<(&[u32], &Object)> {
        self.behind(name).next()
    }

    fn behind<'a>(&'a self, name: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Object)> {
        self.mib.behind(name).filter(|(name, _)| self.view.includes(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects() -> Objects {
        let mut objects = Objects::default();
        for name in [[1, 3, 1, 0], [1, 3, 2, 0], [1, 3, 2, 1], [1, 4, 1, 0]] {
            objects.insert(&name, Value::Integer(i64::from(name[2])));
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
        assert_eq!(walked, objects.behind(&[]).map(|(name, _)| name.to_vec()).collect::<Vec<_>>());
        assert_eq!(walked.len(), objects.len());
        assert!(objects.has_below(&[1, 3, 2]) && objects.has_below(&[1, 3, 2, 1]) && !objects.has_below(&[1, 3, 3]));
    }

    #[test]
    fn a_view_hides_what_is_not_in_it() {
        let (objects, view) = (objects(), View::of([Oid::new(&[1, 3, 1]), Oid::new(&[1, 4])]));
        let seen = Viewed::new(&objects, &view);
        assert_eq!(seen.next(&[1, 3, 1, 0]).map(|(name, _)| name.to_vec()), Some(vec![1, 4, 1, 0]));
        assert!(seen.get(&[1, 3, 2, 0]).is_none() && seen.next(&[1, 4, 1, 0]).is_none());
    }
}
