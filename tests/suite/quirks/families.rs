//! Whole runs on a switch of each family, each with what its kind is known for.

use super::*;

async fn there_and_back(family: Family) {
    let odd = Odd::of(family, |_| {}).await;
    let before = odd.state();
    let said = odd.run(&["plan"]).await;
    println!("{said:?}");
    let said = odd.run(&["apply", "--yes"]).await;
    println!("{said:?}");
    check_applied(&odd);
    odd.rollback().await.exits(0).says(ALL_BACK);
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn aruba_os() {
    there_and_back(Family::ArubaOs).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fastpath() {
    there_and_back(Family::Fastpath).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comware() {
    there_and_back(Family::Comware).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_business() {
    there_and_back(Family::SmallBusiness).await;
}
