//! What a provider promises, on each engine that can keep its store.

#![cfg(test)]

mod accounts;
mod cast;
mod issuing;
mod opening;
mod publishing;
mod remedies;
mod seized;
mod server;

use cast::Ground;

/// Each scenario runs on a fresh store of each engine.
type Scenario = fn(&Ground);

/// Makes a test of each scenario on SQLite, and one of all of them on PostgreSQL.
macro_rules! scenarios {
    ($($name:path => $test:ident,)+) => {
        $(
            #[test]
            fn $test() {
                $name(&Ground::sqlite());
            }
        )+

        const ALL: &[(&str, Scenario)] = &[$((stringify!($test), $name),)+];
    };
}

scenarios! {
    issuing::a_batch_is_issued_in_every_format => a_batch_is_issued_in_every_format,
    issuing::answers_come_in_random_order => answers_come_in_random_order,
    issuing::a_batch_goes_on_where_it_ended => a_batch_goes_on_where_it_ended,
    issuing::one_thread_is_enough => one_thread_is_enough,
    issuing::two_processes_make_one_batch => two_processes_make_one_batch,
    issuing::a_nonce_is_for_one_batch => a_nonce_is_for_one_batch,
    issuing::a_batch_that_is_begun_twice_is_of_who_was_first => a_batch_that_is_begun_twice_is_of_who_was_first,
    issuing::a_batch_that_was_never_accepted_leaves_nothing => a_batch_that_was_never_accepted_leaves_nothing,
    issuing::one_bad_request_refuses_all => one_bad_request_refuses_all,
    issuing::one_wrong_signature_among_many_is_found => one_wrong_signature_among_many_is_found,
    issuing::a_key_has_one_pseudonym => a_key_has_one_pseudonym,
    issuing::limits_hold => limits_hold,
    issuing::what_was_refused_costs_nothing => what_was_refused_costs_nothing,
    issuing::who_is_suspended_gets_nothing => who_is_suspended_gets_nothing,
    issuing::every_mode_keeps_what_it_says => every_mode_keeps_what_it_says,
    publishing::a_suspended_pseudonym_is_published_with_the_next_list => a_suspended_pseudonym_is_published_with_the_next_list,
    publishing::what_happened_does_not_show_in_how_much_changes => what_happened_does_not_show_in_how_much_changes,
    publishing::what_does_not_fit_waits_and_what_is_urgent_does_not => what_does_not_fit_waits_and_what_is_urgent_does_not,
    publishing::the_first_publication_has_as_many_as_ever => the_first_publication_has_as_many_as_ever,
    publishing::within_a_slot_a_publication_is_the_same => within_a_slot_a_publication_is_the_same,
    publishing::what_has_expired_is_forgotten => what_has_expired_is_forgotten,
    publishing::each_format_has_its_own_list => each_format_has_its_own_list,
    remedies::remedies_reach_the_account => remedies_reach_the_account,
    remedies::pseudonyms_of_one_account_are_spread_over_publications => pseudonyms_of_one_account_are_spread_over_publications,
    remedies::without_escrow_no_remedy_reaches_the_account => without_escrow_no_remedy_reaches_the_account,
    remedies::an_account_is_acted_on_by_its_name => an_account_is_acted_on_by_its_name,
    remedies::reports_weigh_and_people_decide => reports_weigh_and_people_decide,
    remedies::a_row_that_was_moved_opens_for_nobody => a_row_that_was_moved_opens_for_nobody,
    opening::custodians_open_one_record => custodians_open_one_record,
    opening::enough_reports_open_an_account => enough_reports_open_an_account,
    accounts::accounts_are_made_listed_and_shown => accounts_are_made_listed_and_shown,
    accounts::what_no_account_can_have_is_refused => what_no_account_can_have_is_refused,
    accounts::related_accounts_are_found => related_accounts_are_found,
    accounts::a_deleted_account_stays_away => a_deleted_account_stays_away,
    accounts::a_store_belongs_to_its_keys => a_store_belongs_to_its_keys,
}

/// The same on a real server, which is started for it and stopped.
#[test]
fn everything_on_a_postgres_server() {
    let Some(server) = server::Server::start() else { return };
    for (name, scenario) in ALL {
        println!("{name}");
        scenario(&Ground::postgres(&server));
    }
}

/// A server of another name, or of an authority that nobody knows, gets neither password nor rows.
#[test]
fn a_server_must_be_the_one_that_was_meant() {
    let Some(server) = server::Server::start() else { return };
    cast::a_server_is_verified(&server);
}
