//! Which phone is plugged in where: frames, captures, identification.
