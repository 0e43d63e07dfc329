//! The parts of an ARN.

/// An Amazon Resource Name: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    /// The region; empty for resources without one, such as roles.
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits an ARN; `None` if the text has another form.
    pub(super) fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let (arn, partition, service) = (next()?, next()?, next()?);
        let (region, account, resource) = (next()?, next()?, next()?);
        let is_partition = partition == "aws" || partition.starts_with("aws-");
        (arn == "arn" && is_partition).then_some(Arn {
            partition,
            service,
            region,
            account,
            resource,
        })
    }

    /// Whether the account is a number of twelve digits.
    pub(super) fn has_account(&self) -> bool {
        self.account.len() == 12 && self.account.bytes().all(|digit| digit.is_ascii_digit())
    }
}

/// Returns the partition of a region.
pub(super) fn partition_of_region(region: &str) -> &'static str {
    let partitions = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    let mut found = partitions
        .iter()
        .filter(|(start, _)| region.starts_with(start));
    found.next().map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_arns_and_nothing_else() {
        let role = Arn::parse("arn:aws-us-gov:iam::123456789012:role/a:b").expect("an ARN");
        assert_eq!((role.partition, role.service), ("aws-us-gov", "iam"));
        assert_eq!((role.region, role.resource), ("", "role/a:b"));
        assert!(role.has_account());
        for text in [
            "",
            "arn",
            "arn:aws:iam::1",
            "ARN:aws:iam::1:role/x",
            "arn:gcp:iam::1:role/x",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
        let short = Arn::parse("arn:aws:iam::1:role/x").expect("an ARN");
        assert!(!short.has_account());
    }

    #[test]
    fn finds_partition_of_region() {
        let table = [
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eusc-de-east-1", "aws-eusc"),
        ];
        for (region, partition) in table {
            assert_eq!(partition_of_region(region), partition, "{region}");
        }
    }
}
