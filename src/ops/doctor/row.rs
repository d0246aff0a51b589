//! One line of what `doctor` tells. Pure.

use crate::ops::document::{DoctorCheck, DoctorResult, DoctorRow};

pub fn passed(check: DoctorCheck, what: impl Into<String>) -> DoctorRow {
    DoctorRow { check, what: what.into(), result: DoctorResult::Passed, detail: None, hint: None }
}

pub fn failed(check: DoctorCheck, what: impl Into<String>, why: impl Into<String>, hint: Option<String>) -> DoctorRow {
    DoctorRow { check, what: what.into(), result: DoctorResult::Failed, detail: Some(why.into()), hint }
}

pub fn not_checked(check: DoctorCheck, what: impl Into<String>, why: impl Into<String>, hint: Option<String>) -> DoctorRow {
    DoctorRow { check, what: what.into(), result: DoctorResult::NotChecked, detail: Some(why.into()), hint }
}
