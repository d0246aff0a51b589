//! What a probe measured: streams, metrics, marks, verdict. Pure.
