//! Reports as tables, JSON, HTML and JUnit: nothing else prints. I/O.
