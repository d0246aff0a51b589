//! The form of an environment variable's name. Pure.

/// Whether a text can name an environment variable (POSIX.1-2017 §8.1).
pub(super) fn is_variable_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::is_variable_name;

    #[test]
    fn letters_digits_and_underscores_make_a_name() {
        for good in ["SNMP_COMMUNITY", "_x", "a1"] {
            assert!(is_variable_name(good), "{good}");
        }
        for bad in ["1a", "$A", "A-B", "a b", "ä"] {
            assert!(!is_variable_name(bad), "{bad}");
        }
    }
}
