//! Values on the command line that say what they should have been. Pure.

use std::ffi::OsStr;
use std::fmt::Display;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;

/// One of a few names: the type's own words when it is none of them, and all of them for shells that complete.
#[derive(Debug)]
pub struct OneOf<T> {
    names: Vec<&'static str>,
    of: PhantomData<fn() -> T>,
}

/// A value with one of these names.
pub fn one_of<T>(names: impl IntoIterator<Item = &'static str>) -> OneOf<T> {
    OneOf { names: names.into_iter().collect(), of: PhantomData }
}

impl<T> Clone for OneOf<T> {
    fn clone(&self) -> Self {
        Self { names: self.names.clone(), of: PhantomData }
    }
}

impl<T: FromStr<Err: Display> + Clone + Send + Sync + 'static> TypedValueParser for OneOf<T> {
    type Value = T;

    fn parse_ref(&self, command: &clap::Command, argument: Option<&clap::Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        text.parse().map_err(|error: T::Err| {
            let argument = argument.map_or_else(String::new, ToString::to_string);
            let message = format!("invalid value '{text}' for '{argument}': {error}\n");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(PossibleValue::new)))
    }
}

/// Reads an address with a port to listen on.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let example = example(text).unwrap_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 6969)));
        format!("an address of this machine and a port are needed: write {example}")
    })
}

/// What was likely meant.
fn example(text: &str) -> Option<SocketAddr> {
    let every = IpAddr::from(Ipv4Addr::UNSPECIFIED);
    let (address, port) = match text.rsplit_once(':') {
        Some(("" | "*", port)) => (every, port.parse().ok()?),
        _ => match (text.parse::<IpAddr>(), text.parse::<u16>()) {
            (Ok(address), _) => (address, 6969),
            (Err(_), Ok(port)) => (every, port),
            (Err(_), Err(_)) => return None,
        },
    };
    Some(SocketAddr::from((address, port)))
}

/// Reads the number of a run.
pub fn run(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "a run has a number from 1: `voiceport history` lists them".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_answered_with_one() {
        let said = |text: &str| address(text).unwrap_err().rsplit(' ').next().unwrap().to_owned();
        assert_eq!(said("69"), "0.0.0.0:69");
        assert_eq!(said(":8080"), "0.0.0.0:8080");
        assert_eq!(said("*:8080"), "0.0.0.0:8080");
        assert_eq!(said("127.0.0.1"), "127.0.0.1:6969");
        assert_eq!(said("::1"), "[::1]:6969");
        for text in ["", "here", "localhost:69", "1.2.3.4:99999", "70000"] {
            assert_eq!(said(text), "0.0.0.0:6969", "{text}");
        }
        assert_eq!(address("[::]:862"), Ok("[::]:862".parse().unwrap()));
    }

    #[test]
    fn a_run_has_a_number_from_one() {
        assert_eq!(run("3"), Ok(3));
        for text in ["0", "-1", "abc", "", "1.5", "99999999999999999999"] {
            assert!(run(text).unwrap_err().contains("voiceport history"), "{text}");
        }
    }
}
