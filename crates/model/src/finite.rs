//! Numbers in documents: one that is not finite is an error, because JSON would show it as `null`, as if it were not known. Pure.

use serde::Serializer;
use serde::ser::Error as _;

/// A number that must be finite.
///
/// # Errors
/// When it is infinite or not a number.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
pub fn value<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.is_finite() {
        serializer.serialize_f64(*number)
    } else {
        Err(S::Error::custom(format!("{number} is no value of a measurement")))
    }
}

/// The same for one that may not be known.
///
/// # Errors
/// When it is known, and infinite or not a number.
#[allow(clippy::ref_option, reason = "the shape that serde asks for")]
pub fn option<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => value(number, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    #[derive(Serialize)]
    struct Row {
        #[serde(serialize_with = "super::option")]
        ratio: Option<f64>,
    }

    #[test]
    fn what_is_not_finite_is_no_null() {
        let text = |ratio| serde_json::to_string(&Row { ratio });
        assert_eq!(text(Some(0.5)).unwrap(), r#"{"ratio":0.5}"#);
        assert_eq!(text(None).unwrap(), r#"{"ratio":null}"#);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(text(Some(bad)).unwrap_err().to_string().contains("is no value of a measurement"));
        }
    }
}
