//! Which columns of a walk go on in one request, and how many rows of each: full answers, few of them, little behind the ends. Pure.

/// Of how much more than its share a request may ask, so that columns of different widths can be shared out at all: a tenth.
const SLACK: usize = 10;

/// Rows for which a request should have room, where there are so many: of one row a little wider than half an answer, half would be empty.
const ROWS: usize = 5;

/// A column that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub column: usize,
    /// Octets of a row in an answer.
    pub octets: usize,
    /// Rows that it has left, as far as something tells; `None` when nothing does.
    pub left: Option<usize>,
}

/// What one request may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Variable bindings.
    pub varbinds: usize,
    /// Rows of each column.
    pub repetitions: usize,
    /// Octets of the answer's bindings.
    pub octets: usize,
    /// Requests among which the columns are shared out, this one included.
    pub requests: usize,
}

/// As many columns of which nothing is known yet as a request holds, and the rows of each.
#[must_use]
pub fn pack_all(waiting: Vec<Waiting>, limits: Limits) -> Option<(Vec<usize>, usize)> {
    group(waiting, limits, usize::MAX)
}

/// The columns of the next request and the rows of each; the others are for the requests after it. Never nothing while one waits.
#[must_use]
pub fn pack(mut waiting: Vec<Waiting>, limits: Limits) -> Option<(Vec<usize>, usize)> {
    // Those that end together are asked for together, wide ones first: the narrow ones fill the gaps.
    waiting.sort_by_key(|column| std::cmp::Reverse((column.left.unwrap_or(usize::MAX), column.octets)));
    let all: usize = waiting.iter().map(|column| column.octets).sum();
    let share = all.div_ceil(requests(&waiting, limits));
    let rows = waiting.first().and_then(|column| column.left).map_or(limits.repetitions, |left| left + 1);
    let widest = (share + share / SLACK).min(limits.octets / rows.min(limits.repetitions).clamp(1, ROWS));
    group(waiting, limits, widest)
}

/// The first column, and of the others those with which a row is not too wide.
fn group(waiting: Vec<Waiting>, limits: Limits, widest: usize) -> Option<(Vec<usize>, usize)> {
    let (mut columns, mut octets, mut rows) = (Vec::new(), 0, Some(0));
    for column in waiting {
        if columns.is_empty() || columns.len() < limits.varbinds && octets + column.octets <= widest {
            columns.push(column.column);
            octets += column.octets;
            rows = rows.zip(column.left).map(|(rows, left)| rows.max(left + 1));
        }
    }
    let fit = (limits.octets / octets.max(1)).min(limits.varbinds / columns.len().max(1)).clamp(1, limits.repetitions.max(1));
    // As many requests as it takes, all of the same size.
    let repetitions = rows.map_or(fit, |rows| rows.div_ceil(rows.div_ceil(fit).max(1)));
    (!columns.is_empty()).then_some((columns, repetitions.max(1)))
}

/// Among how many requests the columns are shared out: no more than answers are needed, as far as that is known.
fn requests(waiting: &[Waiting], limits: Limits) -> usize {
    let left: Option<usize> = waiting.iter().map(|column| Some(column.octets * (column.left? + 1))).sum();
    left.map_or(limits.requests, |octets| octets.div_ceil(limits.octets.max(1)).min(limits.requests)).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { varbinds: 100, repetitions: 50, octets: 1300, requests: 4 };

    fn columns(octets: &[usize], left: Option<usize>) -> Vec<Waiting> {
        octets.iter().enumerate().map(|(column, octets)| Waiting { column, octets: *octets, left }).collect()
    }

    #[test]
    fn wide_and_narrow_columns_share_the_requests_evenly() {
        let mut waiting = columns(&[36, 25, 19, 19, 19, 19, 19, 18, 17, 17], None);
        let mut groups = Vec::new();
        for requests in (1..=4).rev() {
            let (group, repetitions) = pack(waiting.clone(), Limits { requests, ..LIMITS }).unwrap();
            waiting.retain(|column| !group.contains(&column.column));
            groups.push((group, repetitions));
        }
        assert!(waiting.is_empty(), "{waiting:?}");
        assert!(groups.iter().all(|(_, repetitions)| (22..=30).contains(repetitions)), "{groups:?}");
    }

    #[test]
    fn known_rows_are_asked_for_to_the_one_behind_the_end_and_no_further() {
        assert_eq!(pack(columns(&[20, 20], Some(9)), LIMITS), Some((vec![0, 1], 10)));
        assert_eq!(pack(columns(&[20], Some(0)), LIMITS), Some((vec![0], 1)));
        // 65 rows fit a request of 1300 octets: two of 36, not one of 50 and one of 22.
        assert_eq!(pack(columns(&[20], Some(71)), LIMITS), Some((vec![0], 36)));
    }

    #[test]
    fn few_rows_of_many_columns_are_one_request() {
        let (group, repetitions) = pack(columns(&[20; 12], Some(3)), LIMITS).unwrap();
        assert_eq!((group.len(), repetitions), (12, 4));
    }

    #[test]
    fn an_agent_that_bears_one_value_is_asked_for_one() {
        let limits = Limits { varbinds: 1, ..LIMITS };
        assert_eq!(pack(columns(&[20, 20, 20], None), limits).map(|(group, rows)| (group.len(), rows)), Some((1, 1)));
    }

    #[test]
    fn rows_of_half_an_answer_are_not_asked_for_one_at_a_time() {
        let waiting = columns(&[50; 60], None);
        let (group, repetitions) = pack(waiting.clone(), LIMITS).unwrap();
        assert_eq!((group.len(), repetitions), (5, 5), "1250 of 1300 octets");
        let (group, repetitions) = pack(columns(&[50; 60], Some(0)), LIMITS).unwrap();
        assert_eq!((group.len(), repetitions), (22, 1), "a third of the columns, and a tenth more");
        assert_eq!(pack(waiting, Limits { repetitions: 1, ..LIMITS }).unwrap().0.len(), 16, "version 1 has one row at a time");
    }

    proptest! {
        #[test]
        fn something_waits_no_longer_and_no_limit_is_broken(
            waiting in prop::collection::vec((1_usize..2000, prop::option::of(0_usize..5000)), 1..60),
            varbinds in 1_usize..120, octets in 1_usize..3000, requests in 1_usize..5,
        ) {
            let waiting: Vec<_> = waiting.into_iter().enumerate()
                .map(|(column, (octets, left))| Waiting { column, octets, left }).collect();
            let (group, repetitions) = pack(waiting.clone(), Limits { varbinds, repetitions: 50, octets, requests }).unwrap();
            prop_assert!((1..=50).contains(&repetitions) && group.len() * repetitions <= varbinds);
            let wide: usize = group.iter().map(|at| waiting[*at].octets).sum();
            prop_assert!(wide * repetitions <= octets || repetitions == 1 && (group.len() == 1 || wide <= octets));
            let mut once = group.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), group.len());
        }
    }
}
