//! Giving the files to booting phones, and to nobody else.
