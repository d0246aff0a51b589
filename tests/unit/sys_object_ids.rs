//! Which profile a device of the public gets, compared with a table that was decided by hand from what each device is. Pure.

use crate::switch::snmp::profile::Support;
use crate::switch::snmp::profile::catalogue::{built_in, by_name, fitting};
use snmp::Oid;

const TABLE: &str = include_str!("../cases/sys_object_ids.tsv");

/// Number, sysDescr, profile.
fn rows() -> impl Iterator<Item = (Oid, String, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let fields: Vec<_> = line.split('\t').collect();
        let [number, description, profile, _kind] = fields[..] else { panic!("not four fields: {line}") };
        let number = format!("1.3.6.1.4.1.{number}").parse().unwrap();
        (number, description.replace("\\r", "\r").replace("\\n", "\n").trim().to_owned(), profile)
    })
}

#[test]
fn every_device_of_the_table_gets_its_profile() {
    let mut wrong = Vec::new();
    for (number, description, expected) in rows() {
        let found = fitting(&number, &description).unwrap();
        if found.name != expected {
            wrong.push(format!("{number} {description:?}: {} and not {expected}", found.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows().count() >= 300, "{} rows", rows().count());
}

#[test]
fn every_profile_that_writes_is_met_and_missed() {
    for profile in built_in().iter().filter(|profile| profile.support != Support::ReadOnly && !profile.generic) {
        let own = rows().filter(|(_, _, expected)| *expected == profile.name).count();
        assert!(own > 0, "no row expects {}", profile.name);
    }
    assert!(rows().all(|(_, _, expected)| by_name(expected).is_some()), "a row expects a profile that is not there");
}

/// What a maker's arc holds besides the line that a profile is for: a number nobody has met is nobody's.
#[test]
fn no_arc_of_a_maker_reaches_a_profile_that_writes() {
    let makers = [9_u32, 11, 43, 171, 207, 674, 890, 1916, 1991, 2011, 3955, 4413, 4526, 6486, 11863, 25506, 47196];
    for maker in makers {
        for arc in [vec![], vec![1], vec![2, 9_999], vec![1, 9_999], vec![10, 9_999]] {
            let number: Vec<u32> = [1, 3, 6, 1, 4, 1, maker].into_iter().chain(arc).collect();
            let found = fitting(&number, "An unheard-of thing, software 1.0").unwrap();
            assert_eq!(found.name, "standard", "{number:?}");
        }
    }
}
