//! YAML to a `Site`, every problem with file, line, column and cure.
