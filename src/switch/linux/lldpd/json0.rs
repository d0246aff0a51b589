//! The form of lldpcli's `json0`: every element is a list of objects, also where there is but one. Pure.
//!
//! An object has attributes, which are texts or flags, its text under `value`, and further elements.

use std::borrow::Cow;
use std::str::FromStr;

use serde_json::Value;

use model::neighbour::Text;

/// One element, or the lack of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a>(Option<&'a Value>);

impl<'a> Element<'a> {
    pub fn root(answer: &'a Value) -> Self {
        Self(answer.is_object().then_some(answer))
    }

    /// Whether it is there.
    pub fn exists(self) -> bool {
        self.0.is_some()
    }

    /// All elements of this name in it.
    pub fn all(self, name: &str) -> impl Iterator<Item = Self> {
        let list = self.0.and_then(|object| object.get(name)).and_then(Value::as_array);
        list.into_iter().flatten().map(|element| Self(Some(element)))
    }

    /// The first element of this name in it.
    pub fn first(self, name: &str) -> Self {
        self.all(name).next().unwrap_or(Self(None))
    }

    /// The names of the elements in it, in order.
    pub fn names(self) -> impl Iterator<Item = &'a str> {
        self.0.and_then(Value::as_object).into_iter().flatten().filter(|(_, value)| value.is_array()).map(|(name, _)| name.as_str())
    }

    /// An attribute that is a text.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.0?.get(name)?.as_str()
    }

    /// An attribute that is a flag.
    pub fn flag(self, name: &str) -> Option<bool> {
        self.0?.get(name)?.as_bool()
    }

    /// Its text; none when it is empty.
    pub fn value(self) -> Option<&'a str> {
        self.attribute("value").filter(|text| !text.is_empty())
    }

    /// The text of the first element of this name in it.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.first(name).value()
    }

    /// The same, of a row's own.
    pub fn owned(self, name: &str) -> Option<Text<'static>> {
        self.text(name).map(|text| Cow::Owned(text.to_owned()))
    }

    /// The same as a number.
    pub fn number<T: FromStr>(self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
}

/// The place of a word in a list.
pub(super) fn number_of(words: &[&str], word: &str) -> Option<u8> {
    words.iter().position(|candidate| candidate.eq_ignore_ascii_case(word)).and_then(|place| u8::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_of_another_form_is_nothing() {
        let answer = serde_json::json!({
            "port": [{"ttl": [{"value": "120"}, {"value": "9"}], "up": true, "descr": [{"value": ""}]}], "chassis": {"name": "x"},
        });
        let root = Element::root(&answer);
        let port = root.first("port");
        assert_eq!((port.number::<u16>("ttl"), port.number::<u8>("descr"), port.flag("up")), (Some(120), None, Some(true)));
        assert_eq!((port.all("ttl").count(), port.names().collect::<Vec<_>>()), (2, vec!["ttl", "descr"]));
        assert!(!root.first("chassis").exists() && root.first("chassis").first("name").value().is_none());
        assert!(!Element::root(&Value::Null).exists());
    }
}
