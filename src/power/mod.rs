//! PoE classes, cable loss and budgets. Pure.
