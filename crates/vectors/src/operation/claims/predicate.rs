//! What a policy may ask of a claim.

use mimicred_claims::{Day, Predicate, Scalar};

use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};
use crate::{Code, Error};

const OPS: &[&str] = &[
    "equal",
    "less_than",
    "less_than_or_equal",
    "greater_than",
    "greater_than_or_equal",
    "contains",
    "starts_with",
    "ends_with",
    "one_of",
    "min_age_years",
    "max_age_years",
    "host_equal",
    "exists",
];

pub(super) const OPERATION: Operation = Operation {
    name: "claims/predicate",
    about: "asks whether a claim meets a predicate of a policy",
    input: &[
        Member::new("op", Form::Choice(OPS), "the predicate, by its name in policies"),
        Member::optional("value", Form::Any, "what it compares with: text, a number, true or false"),
        Member::optional("values", Form::List(&Form::Any), "the same of one_of"),
        Member::optional("years", Form::Integer, "the years of an age"),
        Member::new("path", Form::Text, "which claim it is, on which the meaning of an age depends"),
        Member::new("claim", Form::Any, "its value"),
        Member::new("day", Form::Text, "the UTC day of the check, as YYYY-MM-DD"),
    ],
    output: &[Member::new("holds", Form::Boolean, "whether it does")],
    run: evaluate,
};

fn evaluate(input: &Input<'_>) -> Result<Object, Fault> {
    let unusable = |note: &'static str| Error::new(Code::CaseUnusable).note(note);
    let predicate = predicate(input)?;
    let day = Day::parse(input.text("day")?).ok_or_else(|| unusable("day is no day"))?;
    let holds = predicate.holds(&input.text("path")?.parse()?, input.value("claim")?, day);
    Ok(Object::new().with("holds", holds))
}

fn predicate<'v>(input: &Input<'v>) -> Result<Predicate<'v>, Error> {
    let unusable = || Error::new(Code::CaseUnusable).note("value is neither text, a number, true nor false");
    let scalar = || Scalar::from_value(input.value("value")?).ok_or_else(unusable);
    Ok(match input.text("op")? {
        "equal" => Predicate::Equal(scalar()?),
        "less_than" => Predicate::LessThan(scalar()?),
        "less_than_or_equal" => Predicate::LessThanOrEqual(scalar()?),
        "greater_than" => Predicate::GreaterThan(scalar()?),
        "greater_than_or_equal" => Predicate::GreaterThanOrEqual(scalar()?),
        "contains" => Predicate::Contains(scalar()?),
        "starts_with" => Predicate::StartsWith(scalar()?),
        "ends_with" => Predicate::EndsWith(scalar()?),
        "host_equal" => Predicate::HostEqual(scalar()?),
        "one_of" => {
            let values = input.value("values")?.as_array().ok_or_else(unusable)?.iter();
            Predicate::OneOf(values.map(|value| Scalar::from_value(value).ok_or_else(unusable)).collect::<Result<_, _>>()?)
        }
        "min_age_years" => Predicate::MinAgeYears(input.int("years")?),
        "max_age_years" => Predicate::MaxAgeYears(input.int("years")?),
        _ => input.choice("op", &[("exists", ())]).map(|()| Predicate::Exists)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the table are those that are read.
    #[test]
    fn every_op_is_known() {
        for op in OPS {
            let input = Object::new().text("op", *op).text("value", "a").list("values", ["a"]).int("years", 18);
            let input = input.text("path", "a").text("claim", "a");
            let answer = crate::answer("claims/predicate", &input.text("day", "2026-09-21").map()).unwrap();
            assert_eq!(answer.result(), "valid", "{op}");
        }
    }
}
