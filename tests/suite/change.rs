//! What of a plan may still be carried out or put back, on stored observations.

mod guards;
