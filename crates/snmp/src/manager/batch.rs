//! Which columns of a walk go on in one request, and how many rows of each: full answers, few of them, little behind the ends. Pure.

/// Of how much more than its share a request may ask, so that columns of different widths can be shared out at all: a tenth.
const SLACK: usize = 10;

/// Rows for which a request should have room, where there are so many: of one row a little wider than half an answer, half would be empty.
const ROWS: usize = 5;

/// A column that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Its position in the walk.
    pub column: usize,
    /// Bytes of a row in an answer.
    pub bytes: usize,
    /// Rows that it has left, as far as something tells; `None` when nothing does.
    pub left: Option<usize>,
}

/// What one request may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Variable bindings a request may have.
    pub varbinds: usize,
    /// Rows of each column.
    pub repetitions: usize,
    /// Bytes of the answer's bindings.
    pub bytes: usize,
    /// Requests among which the columns are shared out, this one included.
    pub requests: usize,
}

/// As many columns of which nothing is known yet as a request holds, and the rows of each.
pub fn batch_all(pending: Vec<Pending>, budget: Budget) -> Option<(Vec<usize>, usize)> {
    group(pending, budget, usize::MAX)
}

/// The columns of the next request and the rows of each; the others are for the requests after it. `Some` whenever a
/// column is pending.
pub fn batch(mut pending: Vec<Pending>, budget: Budget) -> Option<(Vec<usize>, usize)> {
    // Those that end together are asked for together, wide ones first: the narrow ones fill the gaps.
    pending.sort_by_key(|column| std::cmp::Reverse((column.left.unwrap_or(usize::MAX), column.bytes)));
    let all: usize = pending.iter().map(|column| column.bytes).sum();
    let share = all.div_ceil(requests(&pending, budget));
    let rows = pending.first().and_then(|column| column.left).map_or(budget.repetitions, |left| left + 1);
    let widest = (share + share / SLACK).min(budget.bytes / rows.min(budget.repetitions).clamp(1, ROWS));
    group(pending, budget, widest)
}

/// The first column, and of the others those with which a row is not too wide.
fn group(pending: Vec<Pending>, budget: Budget, widest: usize) -> Option<(Vec<usize>, usize)> {
    let (mut columns, mut bytes, mut rows) = (Vec::new(), 0, Some(0));
    for column in pending {
        if columns.is_empty() || columns.len() < budget.varbinds && bytes + column.bytes <= widest {
            columns.push(column.column);
            bytes += column.bytes;
            rows = rows.zip(column.left).map(|(rows, left)| rows.max(left + 1));
        }
    }
    let fit = (budget.bytes / bytes.max(1)).min(budget.varbinds / columns.len().max(1)).clamp(1, budget.repetitions.max(1));
    // As many requests as it takes, all of the same size.
    let repetitions = rows.map_or(fit, |rows| rows.div_ceil(rows.div_ceil(fit).max(1)));
    (!columns.is_empty()).then_some((columns, repetitions.max(1)))
}

/// Among how many requests the columns are shared out: no more than answers are needed, as far as that is known.
fn requests(pending: &[Pending], budget: Budget) -> usize {
    let left: Option<usize> = pending.iter().map(|column| Some(column.bytes * (column.left? + 1))).sum();
    left.map_or(budget.requests, |bytes| bytes.div_ceil(budget.bytes.max(1)).min(budget.requests)).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BUDGET: Budget = Budget { varbinds: 100, repetitions: 50, bytes: 1300, requests: 4 };

    fn columns(bytes: &[usize], left: Option<usize>) -> Vec<Pending> {
        bytes.iter().enumerate().map(|(column, bytes)| Pending { column, bytes: *bytes, left }).collect()
    }

    #[test]
    fn wide_and_narrow_columns_share_the_requests_evenly() {
        let mut pending = columns(&[36, 25, 19, 19, 19, 19, 19, 18, 17, 17], None);
        let mut groups = Vec::new();
        for requests in (1..=4).rev() {
            let (group, repetitions) = batch(pending.clone(), Budget { requests, ..BUDGET }).unwrap();
            pending.retain(|column| !group.contains(&column.column));
            groups.push((group, repetitions));
        }
        assert!(pending.is_empty(), "{pending:?}");
        assert!(groups.iter().all(|(_, repetitions)| (22..=30).contains(repetitions)), "{groups:?}");
    }

    #[test]
    fn known_rows_are_asked_for_to_the_one_behind_the_end_and_no_further() {
        assert_eq!(batch(columns(&[20, 20], Some(9)), BUDGET), Some((vec![0, 1], 10)));
        assert_eq!(batch(columns(&[20], Some(0)), BUDGET), Some((vec![0], 1)));
        // 65 rows fit a request of 1300 bytes: two of 36, not one of 50 and one of 22.
        assert_eq!(batch(columns(&[20], Some(71)), BUDGET), Some((vec![0], 36)));
    }

    #[test]
    fn few_rows_of_many_columns_are_one_request() {
        let (group, repetitions) = batch(columns(&[20; 12], Some(3)), BUDGET).unwrap();
        assert_eq!((group.len(), repetitions), (12, 4));
    }

    #[test]
    fn an_agent_that_bears_one_value_is_asked_for_one() {
        let budget = Budget { varbinds: 1, ..BUDGET };
        assert_eq!(batch(columns(&[20, 20, 20], None), budget).map(|(group, rows)| (group.len(), rows)), Some((1, 1)));
    }

    #[test]
    fn rows_of_half_an_answer_are_not_asked_for_one_at_a_time() {
        let pending = columns(&[50; 60], None);
        let (group, repetitions) = batch(pending.clone(), BUDGET).unwrap();
        assert_eq!((group.len(), repetitions), (5, 5), "1250 of 1300 bytes");
        let (group, repetitions) = batch(columns(&[50; 60], Some(0)), BUDGET).unwrap();
        assert_eq!((group.len(), repetitions), (22, 1), "a third of the columns, and a tenth more");
        assert_eq!(batch(pending, Budget { repetitions: 1, ..BUDGET }).unwrap().0.len(), 16, "version 1 has one row at a time");
    }

    proptest! {
        #[test]
        fn something_waits_no_longer_and_no_limit_is_broken(
            pending in prop::collection::vec((1_usize..2000, prop::option::of(0_usize..5000)), 1..60),
            varbinds in 1_usize..120, bytes in 1_usize..3000, requests in 1_usize..5,
        ) {
            let pending: Vec<_> = pending.into_iter().enumerate()
                .map(|(column, (bytes, left))| Pending { column, bytes, left }).collect();
            let (group, repetitions) = batch(pending.clone(), Budget { varbinds, repetitions: 50, bytes, requests }).unwrap();
            prop_assert!((1..=50).contains(&repetitions) && group.len() * repetitions <= varbinds);
            let wide: usize = group.iter().map(|at| pending[*at].bytes).sum();
            prop_assert!(wide * repetitions <= bytes || repetitions == 1 && (group.len() == 1 || wide <= bytes));
            let mut once = group.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), group.len());
        }
    }
}
