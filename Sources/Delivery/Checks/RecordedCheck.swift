package import MailLog

extension DeliveryRecord.Check {
    /// A check as the log has it.
    package init(_ result: CheckResult) {
        self.init(
            name: result.check.rawValue, result: result.outcome.rawValue, detail: result.detail,
            policy: result.policy?.rawValue ?? "", milliseconds: result.milliseconds)
    }
}
