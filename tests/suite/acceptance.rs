//! The acceptance of a site, by `verify` on stored observations: a site where all is right is accepted, and every single fact that a
//! required check rests on changes the verdict when it changes, and is named.

mod laws;
mod mutations;
pub mod stored;

use voiceport::site::report::{FindingCode, Verdict};

use self::stored::StoredSite;

#[test]
fn a_site_where_all_is_right_is_accepted_without_a_finding() {
    let report = StoredSite::new().verify();
    assert_eq!((report.verdict, report.findings), (Verdict::Accepted, vec![]));
}

#[test]
fn a_site_without_phones_has_nothing_to_accept() {
    let mut site = StoredSite::new();
    site.inventory = site.inventory.split("phones:").next().unwrap().to_owned();
    let report = site.verify();
    assert_eq!((report.verdict, report.findings[0].code), (Verdict::Incomplete, FindingCode::NoPhones));
}

#[test]
fn a_reservation_covers_one_check_of_one_phone() {
    let mut site = StoredSite::new();
    let phone = stored::phones()[0].mac;
    site.forget_fetches(phone);
    let reservation = format!("accept: {{reservations: [{{check: fetched, phone: \"{phone}\", reason: fetched by hand}}]}}\n");
    site.inventory += &reservation;
    let report = site.verify();
    assert_eq!(report.verdict, Verdict::AcceptedWithReservations);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!((finding.code, finding.phones.as_slice()), (FindingCode::Reservation, [phone].as_slice()));
    assert!(finding.message.contains("fetched by hand"), "{}", finding.message);
    // of another phone it covers nothing
    let other = stored::phones()[1].mac;
    site.forget_fetches(other);
    assert_eq!(site.verify().verdict, Verdict::Incomplete);
}

#[test]
fn one_cause_has_its_consequences_counted_under_it() {
    let mut site = StoredSite::new();
    site.lose_switch(0);
    let report = site.verify();
    let behind = stored::phones().iter().filter(|phone| phone.switch == 0).count();
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!((finding.code, finding.phones.len()), (FindingCode::SwitchUnread, behind));
    assert_eq!(report.verdict, Verdict::Incomplete, "nothing is known to be wrong");
}

#[test]
fn what_is_required_is_the_inventorys_to_say() {
    let mut site = StoredSite::new();
    for phone in stored::phones() {
        site.forget_fetches(phone.mac);
    }
    assert_eq!(site.verify().verdict, Verdict::Incomplete);
    site.inventory += "accept: {require: [powered, vlan, found]}\n";
    assert_eq!(site.verify().verdict, Verdict::Accepted);
    site.inventory = site.inventory.replace("found]", "found, registered]");
    let report = site.verify();
    assert_eq!(report.verdict, Verdict::Incomplete, "this version does not ask the telephone system, and says so");
}
