//! Inventory and templates to the files of each phone.
