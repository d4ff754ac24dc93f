//! Which calls a function can make, as the linker sees it: what nothing reaches is not in the binary. So an AWS operation
//! whose code is there can be called from `main`, and one whose code is not there cannot.

use object::{Object, ObjectSymbol};
use std::{collections::BTreeSet, fs};

/// What is linked into a function.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    /// AWS operations, such as `dynamodb:get_item`.
    pub(crate) operations: BTreeSet<String>,
    /// Methods of `aws::Secrets`, such as `liveperson`: each reads or keeps one secret.
    pub(crate) secrets: BTreeSet<String>,
}

impl Linked {
    /// Reads the symbols of a built function.
    pub(crate) fn of(function: &str) -> Linked {
        let binary = fs::read(tests::built(function)).unwrap();
        let file = object::File::parse(&*binary).unwrap();
        let mut linked = Linked::default();
        for name in file.symbols().filter_map(|symbol| symbol.name().ok()) {
            if name.contains("orchestrate") || name.contains("secrets") {
                linked.note(&format!("{:#}", rustc_demangle::demangle(name)));
            }
        }
        assert!(
            !linked.operations.is_empty(),
            "{function} was built without symbols; build it in the dev profile"
        );
        linked
    }

    fn note(&mut self, symbol: &str) {
        if let Some(method) = symbol.strip_prefix("aws::secrets::Secrets::")
            && !method.contains("::")
        {
            self.secrets.insert(method.to_owned());
        }
        let operation = symbol.strip_prefix("aws_sdk_").and_then(|rest| rest.split_once("::operation::"));
        if let Some((service, operation)) = operation
            && let [operation, _, "orchestrate"] = operation.split("::").collect::<Vec<_>>()[..]
        {
            self.operations.insert(format!("{service}:{operation}"));
        }
    }
}

#[test]
fn symbols_are_told_apart() {
    let mut linked = Linked::default();
    for symbol in [
        "aws_sdk_dynamodb::operation::get_item::GetItem::orchestrate",
        "aws_sdk_dynamodb::operation::scan::Scan::orchestrate_with_stop_point",
        "aws_sdk_sqs::operation::list_queues::ListQueues::orchestrate::{{closure}}",
        "aws::secrets::Secrets::liveperson",
        "aws::secrets::Secrets::liveperson::{{closure}}",
    ] {
        linked.note(symbol);
    }
    assert_eq!(linked.operations, BTreeSet::from(["dynamodb:get_item".to_owned()]));
    assert_eq!(linked.secrets, BTreeSet::from(["liveperson".to_owned()]));
}
